import { parseStatus } from '../columns.ts';
import { lineRange, lineText } from '../lines.ts';
import { isDelimiterRow, scanRow } from '../scan-rows.ts';
import { scanLine } from '../read-document.ts';
import type { Reading } from '../reading.ts';
import { example } from './rule.ts';
import type { Rule } from './rule.ts';

const table = example('id | status | description', 'T-1 | done | x');

/** A blank line ends a table; the rows below it are text, and their tasks are lost without a word. */
export const rowOutsideTable: Rule = {
  code: 'row-outside-table',
  severity: 'error',
  meaning: 'Every line that looks like a row stands in a table.',
  bad: [
    { plan: `${table}\n| T-2 | not-started | y |\n| T-3 | not-started | z |\n`, at: '5:1' },
    { plan: `${table}\nT-2 | not-started | y\n`, at: '5:1' },
    { plan: `${table}    | T-2 | not-started | y |\n`, at: '4:1' },
    { plan: `${table}<div>\n| T-2 | not-started | y |\n`, at: '5:1' },
    { plan: `${table}- note\n| T-2 | not-started | y |\n`, at: '5:1' },
    ...['t-2', 'T2', '**T-2**', ''].map((id) => ({ plan: `${table}\n| ${id} | not-started | y |\n`, at: '5:1' })),
    { plan: `${table}\nt-2 | not-started | y\n`, at: '5:1' },
    { plan: `${table}\n| t-2 | todo | y |\n`, at: '5:1' },
    { plan: `${table}\nt-2 | todo | y\n`, at: '5:1' },
    ...['> ', '1. ', '- '].map((mark) => ({ plan: `${table}${mark}| T-2 | not-started | y |\n`, at: '4:1' })),
    {
      plan: 'notes | id  | status      | description\n------|-----|-------------|---\nx     | T-1 | not-started | x\n      | T-2 | not-started | y\n',
      at: '4:1',
    },
    { plan: `${table}# More\n| T-2 | not-started | y |\n`, at: '5:1' },
  ],
  good: [
    { plan: `${table}\n<!--\n| T-2 | not-started | y |\n-->\n` },
    { plan: `${table}\n\`\`\`\n| T-2 | not-started | y |\n\`\`\`\n` },
    { plan: `${table}\n| is not | a row |\n` },
    { plan: `${table}\nSee T-1 | T-2.\n` },
    { plan: `${table}\nRun \`a | b\`.\n\n- a | b | c\n` },
    { plan: `${table}\n| a | b | c |\n|---|---|---|\n| 1 | done | 3 |\n` },
  ],
  *check(reading) {
    const { lines, isTaken, broken } = reading;
    for (let line = 0; line < lines.count; line += 1) {
      const kind = looseness(reading, line);
      if (kind === undefined) continue;
      const first = line;
      while (line + 1 < lines.count && looseness(reading, line + 1) === kind) line += 1;
      // Named with the header that is broken.
      if (broken.some((one) => one.first <= first && first <= one.last) || isTaken.has(first)) continue;
      const count = line - first + 1;
      const what = kind === 'row' ? 'row' : 'line with as many cells as a row';
      yield {
        range: scanLine(lines, first).range,
        ...(kind === 'like' && { severity: 'warning' as const }),
        message: `Unexpected ${count === 1 ? what : `${count} ${what.replace(/^\w+/, '$&s')}`} outside a table, expected a header and a delimiter row above`,
        advice:
          'remove what stands between it and its table, such as a blank line, a mark before it, or its indentation',
      };
    }
  },
};

/** A `row` has an id or a status in its place, or is written like one below a table; `like` has its number of cells only, as prose may have. */
function looseness({ lines, isTaken, isId, document }: Reading, line: number): 'row' | 'like' | undefined {
  if (isTaken.has(line)) return undefined;
  const text = lineText(lines, line);
  if (!text.includes('|')) return undefined;
  const range = lineRange(lines, line);
  const mark = /^[> \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?/.exec(text)?.[0].length ?? 0;
  const { cells } = scanRow(lines.text, { start: range.start + mark, end: range.end }, line + 1);
  if (cells.length < 2 || isDelimiterRow({ line, range, cells })) return undefined;
  const above = document.tables.findLast((one) => one.header.line <= line) ?? document.tables[0];
  const hasPipe = text[mark] === '|';
  const isCounted = cells.length === above?.header.cells.length;
  const id = cells[above?.columns['id'] ?? 0]?.text ?? '';
  if (isId(id) && (hasPipe || isCounted)) return 'row';
  if (above === undefined) return undefined;
  // An empty first cell of a row without outer pipes is lost with the indentation: one cell less.
  const isNearly = isCounted || (hasPipe && cells.length === above.header.cells.length - 1);
  const hasStatus = cells.some((cell) => parseStatus(cell.text) !== undefined);
  if (isNearly && hasStatus) return 'row';
  if (!isCounted || above.header.line > line) return undefined;
  if (hasPipe) return 'row';
  return mark === 0 ? 'like' : undefined;
}
