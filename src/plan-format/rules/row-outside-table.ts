import { lineText } from '../lines.ts';
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
    { plan: `${table}# More\n| T-2 | not-started | y |\n`, at: '5:1' },
  ],
  good: [
    { plan: `${table}\n<!--\n| T-2 | not-started | y |\n-->\n` },
    { plan: `${table}\n\`\`\`\n| T-2 | not-started | y |\n\`\`\`\n` },
    { plan: `${table}\n| is not | a row |\n` },
    { plan: `${table}\nSee T-1 | T-2.\n` },
  ],
  *check(reading) {
    const { lines, isTaken, broken } = reading;
    const lost = new Set(broken.flatMap(({ first, last }) => [first, last]));
    for (let line = 0; line < lines.count; line += 1) {
      if (!isLooseRow(reading, line)) continue;
      const first = line;
      while (line + 1 < lines.count && isLooseRow(reading, line + 1)) line += 1;
      // Named with the header that is broken.
      if (broken.some((one) => one.first <= first && first <= one.last) || lost.has(first) || isTaken.has(first))
        continue;
      const count = line - first + 1;
      yield {
        range: scanLine(lines, first).range,
        message: `Unexpected ${count === 1 ? 'row' : `${count} rows`} outside a table, expected a header and a delimiter row above`,
        advice: 'remove what stands between it and its table, such as a blank line, or its indentation',
      };
    }
  },
};

function isLooseRow({ lines, isTaken, isId, document }: Reading, line: number): boolean {
  if (isTaken.has(line)) return false;
  const text = lineText(lines, line);
  if (!text.includes('|')) return false;
  const row = scanLine(lines, line);
  const above = document.tables.findLast((one) => one.header.line <= line) ?? document.tables[0];
  const id = row.cells[above?.columns['id'] ?? 0]?.text ?? '';
  if (row.cells.length < 2 || !isId(id)) return false;
  return text.trimStart().startsWith('|') || row.cells.length === above?.header.cells.length;
}
