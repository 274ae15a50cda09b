// Level: property. remark-gfm is the oracle.
import fc from 'fast-check';
import type { Table } from 'mdast';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { expect, test } from 'vitest';
import { isDelimiterRow, scanRow } from '../../src/plan-format/scan-rows.ts';
import { cellText, rowLine } from './arbitraries.ts';

const parser = remark().use(remarkGfm);

/** Cells of the last row of a two-column table, by their places without pipes and padding. */
function oracle(line: string): string[] | undefined {
  const text = `| h | h |\n|---|---|\n${line}\n`;
  const table = parser.parse(text).children[0] as Table;
  const row = table.children[1];
  if (row === undefined || table.children.length !== 2) return undefined;
  return row.children.map((cell) => {
    const own = text.slice(cell.position?.start.offset, cell.position?.end.offset);
    // A cell's range begins with its pipe; the last one ends with the row's closing pipe.
    return own
      .replace(/^\|/, '')
      .replace(/(?<!\\)((?:\\\\)*)\|[ \t]*$/, '$1')
      .replace(/^[ \t]+|[ \t]+$/g, '');
  });
}

const contents = (line: string) => {
  const range = { start: 0, end: line.length };
  return scanRow(line, range, 1).cells.map(({ content }) => line.slice(content.start, content.end));
};

test('a row splits exactly as remark-gfm splits it', () => {
  fc.assert(
    fc.property(rowLine, (line) => {
      const expected = oracle(line);
      fc.pre(expected !== undefined);
      expect(contents(line)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('cells joined by pipes come back as they were', () => {
  fc.assert(
    fc.property(fc.array(cellText, { minLength: 1, maxLength: 6 }), fc.constantFrom('', ' ', '\t '), (cells, pad) => {
      const line = `|${cells.map((cell) => pad + cell + pad).join('|')}|`;
      expect(contents(line)).toEqual(cells);
    }),
  );
});

test.each([
  ['| a | b |', ['a', 'b']],
  ['a | b', ['a', 'b']],
  ['| a | b', ['a', 'b']],
  [String.raw`| a \| b | c |`, [String.raw`a \| b`, 'c']],
  ['| `a|b` |', ['`a', 'b`']],
  ['|', ['']],
  ['||', ['']],
  ['|||', ['', '']],
  ['', ['']],
])('%s is %j', (line, cells) => {
  expect(contents(line)).toEqual(cells);
});

test('the text of a cell has its pipes back', () => {
  const line = String.raw`| a \| b |`;
  expect(scanRow(line, { start: 0, end: line.length }, 1).cells[0]?.text).toBe('a | b');
});

test('places are of the text, not of the line', () => {
  const text = '\ufeffxx\n| a |  |';
  const [a, empty] = scanRow(text, { start: 4, end: text.length }, 2).cells;
  expect(text.slice(a?.content.start, a?.content.end)).toBe('a');
  expect(text.slice(empty?.whole.start, empty?.whole.end)).toBe('  ');
  expect(empty?.content).toEqual({ start: 10, end: 10 });
});

test('a delimiter row has hyphens in every cell', () => {
  const is = (line: string) => isDelimiterRow(scanRow(line, { start: 0, end: line.length }, 1));
  expect([is('|--|:-:|'), is('-|-'), is('|--| |'), is('|--|a|'), is('||')]).toEqual([true, true, false, false, false]);
});

test('a hostile line costs no more than its length', () => {
  for (const line of ['|'.repeat(65_536), '['.repeat(65_536), '`'.repeat(65_536), '\\'.repeat(65_537)]) {
    expect(scanRow(line, { start: 0, end: line.length }, 1).cells.length).toBeGreaterThan(0);
  }
});
