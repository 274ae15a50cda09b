import type { Row } from '../document.ts';
import { linesMax, structureLinesMax } from '../find-tables.ts';
import { columnsMax } from '../shorten.ts';
import { example } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

export const fileBytesMax = 16 * 1024 * 1024;
export const tasksMax = 20_000;
export const rowBytesMax = 16 * 1024;
export const cellBytesMax = 4 * 1024;

const wide = Array.from({ length: columnsMax }, (_, index) => `x-${index}`);

/** A limit on everything: what is larger is a mistake, or meant to hurt. */
export const limits: Rule = {
  code: 'limits',
  severity: 'error',
  meaning: `The file has at most 16 MiB and ${tasksMax} tasks, a row 16 KiB, a cell 4 KiB, a table ${columnsMax} columns; headings, lists and paragraphs take at most ${structureLinesMax} lines.`,
  bad: [
    { plan: example('id | status | description', `T-1 | done | ${'x'.repeat(cellBytesMax + 1)}`), at: '3:16' },
    {
      plan: example('id | status | description | a | b | c | d', `T-1 | done ${`| ${'é'.repeat(2_000)} `.repeat(5)}`),
      at: '3:1',
    },
    {
      plan: example(['id', 'status', 'description', ...wide].join(' | '), ['T-1', 'done', 'x', ...wide].join(' | ')),
      at: '1:1',
    },
  ],
  good: [{ plan: example('id | status | description', `T-1 | done | ${'x'.repeat(cellBytesMax)}`) }],
  *checkBytes(bytes) {
    if (bytes.length <= fileBytesMax) return;
    yield {
      range: { start: 0, end: 0 },
      line: 1,
      column: 1,
      message: `Unexpected file of more than ${fileBytesMax} bytes, expected at most 16 MiB`,
      advice: 'split the plan, or look whether this is the right file',
    };
  },
  *check({ document, lines, structure, rows }) {
    if (lines.count > linesMax) yield tooMany(`${lines.count} lines`, linesMax);
    else if (structure.tooLong) yield tooMany('headings, lists and other blocks outside the table', structureLinesMax);
    if (rows.length > tasksMax) {
      const range = rows[tasksMax]?.row.range ?? { start: 0, end: 0 };
      const message = `Unexpected ${rows.length} tasks, expected at most ${tasksMax}`;
      yield { range, message, advice: 'split the plan into several files' };
    }
    for (const table of document.tables) {
      if (table.header.cells.length > columnsMax) {
        const message = `Unexpected ${table.header.cells.length} columns, expected at most ${columnsMax}`;
        yield { range: table.header.range, message, advice: 'remove the columns that nobody reads' };
      }
      for (const row of table.rows) yield* sizes(row, lines.text);
    }
  },
};

function tooMany(what: string, max: number): Finding {
  return {
    range: { start: 0, end: 0 },
    message: `Unexpected ${what}, expected at most ${max}`,
    advice: 'keep the plan in a file of its own and move other text elsewhere',
  };
}

function* sizes(row: Row, text: string): Iterable<Finding> {
  if (bytesOf(text.slice(row.range.start, row.range.end), rowBytesMax) > rowBytesMax) {
    const message = `Unexpected row of more than ${rowBytesMax} bytes, expected at most 16 KiB`;
    yield { range: row.range, message, advice: 'move the details into a file and name it in the description' };
    return;
  }
  for (const cell of row.cells) {
    if (bytesOf(cell.text, cellBytesMax) <= cellBytesMax) continue;
    const message = `Unexpected cell of more than ${cellBytesMax} bytes, expected at most 4 KiB`;
    yield { range: cell.content, message, advice: 'move the details into a file and name it in the description' };
  }
}

/** Exact only where it matters: a character has at most three bytes per UTF-16 unit. */
function bytesOf(text: string, limit: number): number {
  return text.length * 3 <= limit ? text.length : new TextEncoder().encode(text).length;
}
