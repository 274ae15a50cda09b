// Level: unit.
import { describe, expect, test } from 'vitest';
import { membersOf } from '../../src/processes/process-tree.ts';
import type { ProcessEntry } from '../../src/processes/process-tree-entry.ts';
import { parseLinuxEntry, readLinuxTable } from '../../src/processes/process-tree-linux.ts';
import { parseProcessTable } from '../../src/processes/process-tree-macos.ts';

const entry = (pid: number, parent: number, more: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid,
  parent,
  group: pid,
  start: `s${pid}`,
  marked: false,
  ...more,
});

describe('members of a step', () => {
  const roots = { marker: 'm', program: { pid: 900001 }, recorded: new Map([[900004, 's900004']]) };

  test.each<[string, readonly ProcessEntry[], readonly number[]]>([
    ['one that carries the marker', [entry(900010, 1, { marked: true })], [900010]],
    ['one of the program group', [entry(900010, 1, { group: 900001 })], [900010]],
    ['one seen before', [entry(900004, 1)], [900004]],
    ['none whose number is another process by now', [entry(900004, 1, { start: 'later' })], []],
    [
      'all that descend from one',
      [entry(900012, 900011), entry(900011, 900004), entry(900004, 1)],
      [900004, 900011, 900012],
    ],
    ['nobody else', [entry(900020, 1), entry(1, 0, { marked: true })], []],
    ['never the caller', [entry(process.pid, 1, { marked: true })], []],
  ])('are %s', (_, table, expected) => {
    expect(
      membersOf(table, roots)
        .map(({ pid }) => pid)
        .sort(),
    ).toEqual(expected);
  });
});

describe('the table of a Linux host', () => {
  test('reads a command with spaces and parentheses, and leaves a zombie out', () => {
    const fields = Array.from({ length: 30 }, (_, number) => String(number + 7)).join(' ');
    const line = (state: string): Uint8Array => Buffer.from(`42 (a (b) c) ${state} 7 40 40 ${fields}`);
    // Field 22 of the line is the start time: fields 7 and on are numbered by their place here.
    expect(parseLinuxEntry(42, line('S'))).toEqual({ pid: 42, parent: 7, group: 40, start: '22' });
    expect(parseLinuxEntry(42, line('Z'))).toBeUndefined();
    expect(parseLinuxEntry(42, Buffer.alloc(0))).toBeUndefined();
  });

  test.runIf(process.platform === 'linux')('has this very process, unmarked', async () => {
    const own = (await readLinuxTable('no-such-marker')).find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ parent: process.ppid, marked: false });
  });
});

describe('the table of a macOS host', () => {
  test('is read from what ps prints there', () => {
    const printed = [
      '    1     0     1 Ss   Mon Nov 24 08:59:58 2025    ',
      '  501     1   501 S    Mon Nov 24 09:00:01 2025    ',
      '  777   501   501 R+   Tue Nov  4 10:10:10 2025    ',
      '  778   501   501 Z    Tue Nov  4 10:10:11 2025    ',
      'ps: something went wrong',
      '',
    ].join('\n');
    expect(parseProcessTable(printed)).toEqual([
      { pid: 1, parent: 0, group: 1, start: 'Mon Nov 24 08:59:58 2025', marked: false },
      { pid: 501, parent: 1, group: 501, start: 'Mon Nov 24 09:00:01 2025', marked: false },
      { pid: 777, parent: 501, group: 501, start: 'Tue Nov 4 10:10:10 2025', marked: false },
    ]);
  });
});
