// Level: property and table. Amounts, cells, messages: the small texts that are written and read back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commitSha, opId, runId, taskId } from '../../src/domain/ids.ts';
import type { Transition } from '../../src/domain/transition.ts';
import { ownershipMessage, parseTrailers, transitionMessage } from '../../src/plan-format/commit-message.ts';
import { encodeCell } from '../../src/plan-format/encode-cell.ts';
import { nearest } from '../../src/plan-format/nearest.ts';
import { scanRow } from '../../src/plan-format/scan-rows.ts';
import { formatTokenCount, parseTokenCount } from '../../src/plan-format/token-count.ts';

describe('token counts', () => {
  test.each([
    ['950', 950],
    ['5K', 5_000],
    ['4.2K', 4_200],
    ['38.5k', 38_500],
    ['1.2M', 1_200_000],
    ['0', 0],
    ['0.001K', 1],
    ['1.5', undefined],
    ['', undefined],
    ['K', undefined],
    ['-5K', undefined],
    ['5KB', undefined],
    ['٣', undefined],
    ['1e3', undefined],
  ])('%j is %j', (text, value) => {
    expect(parseTokenCount(text)).toBe(value);
  });

  test.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1K'],
    [4_240, '4.2K'],
    [38_500, '38.5K'],
    [999_949, '999.9K'],
    [999_950, '1M'],
    [1_200_000, '1.2M'],
  ])('%j is written %j', (value, text) => {
    expect(formatTokenCount(value)).toBe(text);
  });

  test('what is written is read back to within half of its last digit, and then stays the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50_000_000 }), (tokens) => {
        const text = formatTokenCount(tokens);
        const back = parseTokenCount(text);
        expect(Math.abs((back ?? NaN) - tokens)).toBeLessThanOrEqual(tokens < 999_950 ? 50 : 50_000);
        expect(formatTokenCount(back ?? NaN)).toBe(text);
      }),
    );
  });
});

describe('encodeCell', () => {
  test('any text becomes one cell of one line, with nothing hidden, and is bounded', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 })), (text) => {
        const cell = encodeCell(text);
        expect(cell.length).toBeLessThanOrEqual(200);
        expect(cell).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u,
        );
        for (const line of [`|${cell}|`, `| ${cell} |`]) {
          const { cells } = scanRow(line, { start: 0, end: line.length }, 1);
          expect(cells).toHaveLength(1);
          expect(line.slice(cells[0]?.content.start, cells[0]?.content.end)).toBe(cell);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['plain', 'plain'],
    ['a | b', String.raw`a \| b`],
    ['two\n  lines\tand\r\nmore', 'two lines and more'],
    ['<img src=x onerror=alert(1)>', String.raw`\<img src=x onerror=alert(1)>`],
    ['![x](http://evil/?q=)', String.raw`!\[x](http://evil/?q=)`],
    ['1 < 2', '1 < 2'],
    ['ends with \\', String.raw`ends with \\`],
    [String.raw`\|`, String.raw`\\\|`],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u202eevil', String.raw`\x202eevil`],
    ['   ', ''],
  ])('%j is written %j', (text, cell) => {
    expect(encodeCell(text)).toBe(cell);
  });

  test('a long text is cut with an ellipsis', () => {
    expect(encodeCell('x'.repeat(500))).toBe(`${'x'.repeat(199)}…`);
    expect(encodeCell('|'.repeat(150))).toMatch(/^(?:\\\|)+…$/);
  });
});

describe('commit messages', () => {
  const run = runId('0a1b2c3d');
  const task = taskId('MS-SEC-001');
  const op = opId({ run, task, attempt: 2, reopened: 0, name: 'done' });
  const base = commitSha('0'.repeat(40));
  const change: Transition = { op, task, attempt: 2, from: 'in-progress', to: 'done', at: '', cells: {}, base };

  test('a transition', () => {
    expect(transitionMessage(change, { skipCi: true })).toBe(
      'chore(tasks): MS-SEC-001 in-progress → done [skip ci]\n\nTallyman-Op: 0a1b2c3d:MS-SEC-001:a2.g0:done\n',
    );
    expect(transitionMessage(change, { skipCi: false })).toContain('done\n\nTallyman-Op');
    expect(parseTrailers(transitionMessage(change, { skipCi: true }))).toEqual({ ops: [op] });
  });

  test('ownership', () => {
    const begins = ownershipMessage({ kind: 'begin', run, home: 'h-1' }, { skipCi: true });
    expect(begins).toBe('chore(tasks): run 0a1b2c3d begins [skip ci]\n\nTallyman-Run: 0a1b2c3d@h-1\n');
    expect(parseTrailers(begins)).toEqual({ ops: [], run: { run, home: 'h-1' } });
    const ends = ownershipMessage({ kind: 'end', run, home: 'h-1' }, { skipCi: true });
    expect(ends).toBe('chore(tasks): run 0a1b2c3d ends [skip ci]\n\nTallyman-Run-End: 0a1b2c3d@h-1\n');
    expect(parseTrailers(ends)).toEqual({ ops: [], runEnd: { run, home: 'h-1' } });
  });

  test.each([
    ['in the subject', `Tallyman-Op: ${op}`],
    ['in the body', `subject\n\nTallyman-Op: ${op}\n\nmore`],
    ['beside prose', `subject\n\nfixes a bug\nTallyman-Op: ${op}`],
    ['indented', `subject\n\n Tallyman-Op: ${op}`],
    ['in other case', `subject\n\ntallyman-op: ${op}`],
    ['with something behind it', `subject\n\nTallyman-Op: ${op} and more`],
    ['with another word', `subject\n\nX-Tallyman-Op: ${op}`],
    ['that is no op', 'subject\n\nTallyman-Op: nonsense'],
    ['of a run that is none', 'subject\n\nTallyman-Run: nonsense@home'],
    ['without a home', 'subject\n\nTallyman-Run: 0a1b2c3d@'],
    ['with CRLF', `subject\r\n\r\nTallyman-Op: ${op}\r\n`],
  ])('a trailer %s is none', (_name, message) => {
    expect(parseTrailers(message)).toEqual({ ops: [] });
  });

  test('a key that a newer version may add is passed over', () => {
    expect(parseTrailers(`s\n\nTallyman-Op: ${op}\nTallyman-Rules: 2\n`)).toEqual({ ops: [op] });
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseTrailers(text).ops).toEqual([]);
      }),
    );
  });
});

test.each([
  ['T9', ['T8', 'T10', 'X1'], 'T8'],
  ['statsu', ['status', 'id'], 'status'],
  ['ms-sec-001', ['MS-SEC-001'], 'MS-SEC-001'],
  ['completely', ['different'], undefined],
  ['x', [], undefined],
])('the nearest to %j of %j is %j', (text, words, expected) => {
  expect(nearest(text, words)).toBe(expected);
});
