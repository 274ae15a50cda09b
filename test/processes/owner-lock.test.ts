// Level: unit, with real processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdLock } from '../../src/processes/owner-lock.ts';
import { identify, isAlive, parseIdentity, parseProcStat } from '../../src/processes/process-identity.ts';

const lockIn = (): string => join(mkdtempSync(join(tmpdir(), 'tallyman-lock-')), 'lock');
const self = identify(process.pid)!;

async function deadProcess(): Promise<NonNullable<ReturnType<typeof identify>>> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  const identity = identify(child.pid!)!;
  child.kill('SIGKILL');
  await once(child, 'close');
  return identity;
}

describe('owner lock', () => {
  test('a second holder is refused while the owner lives', () => {
    const path = lockIn();
    expect(holdLock(path, self)?.isOurs()).toBe(true);
    expect(holdLock(path, self)).toBeUndefined();
  });

  test('a lock of a dead owner is taken over', async () => {
    const path = lockIn();
    writeFileSync(path, JSON.stringify(await deadProcess()));
    expect(holdLock(path, self)?.isOurs()).toBe(true);
  });

  test('a torn lock file is taken over', () => {
    const path = lockIn();
    writeFileSync(path, '{"pid":');
    expect(holdLock(path, self)?.isOurs()).toBe(true);
  });

  test('a released lock can be taken again, and a lost lock is not released for its new owner', () => {
    const path = lockIn();
    const first = holdLock(path, self);
    first?.release();
    const second = holdLock(path, { ...self, start: self.start });
    expect(second).toBeDefined();
    writeFileSync(path, JSON.stringify({ ...self, pid: 1 }));
    expect(second?.isOurs()).toBe(false);
    second?.release();
    expect(readFileSync(path, 'utf8')).toContain('"pid":1');
  });
});

describe('process identity', () => {
  test('a process that ended is not alive, and neither is another boot of the same numbers', async () => {
    const dead = await deadProcess();
    expect(isAlive(dead)).toBe(false);
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, boot: 'another' })).toBe(false);
    expect(isAlive({ ...self, start: '1' })).toBe(false);
  });

  test('a command name with spaces and parentheses does not shift the fields, and a zombie is gone', () => {
    const rest = Array.from({ length: 18 }, (_, index) => String(index + 4)).join(' ');
    expect(parseProcStat(`7 (a (b) c) S ${rest} 12345 0`)).toBe('12345');
    expect(parseProcStat(`7 (a) Z ${rest} 12345 0`)).toBeUndefined();
  });

  test.each([[null], ['x'], [{ pid: '1', start: 'a', boot: 'b' }], [{ pid: 1, start: 2, boot: 'b' }]])(
    '%j is no identity',
    (value) => {
      expect(parseIdentity(value)).toBeUndefined();
    },
  );
});
