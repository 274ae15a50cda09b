import { isDelimiterRow, scanRow } from '../scan-rows.ts';
import type { HiddenLines } from '../find-tables.ts';
import type { Lines } from '../lines.ts';
import { lineRange, lineText } from '../lines.ts';
import { isTaskHeader, scanLine } from '../read-document.ts';
import { isClosedFence, isFence, isUnclosed } from '../unclosed-block.ts';
import type { Reading } from '../reading.ts';
import { example } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

const table = example('id | status | description', 'T-1 | done | x');
const expected = 'expected a table with the columns `id`, `status` and `description`';

/** A plan whose tasks nobody sees would be done at once. */
export const noTable: Rule = {
  code: 'no-table',
  severity: 'error',
  meaning: 'The file has a task table with at least one row, and no task table that Markdown hides.',
  bad: [
    { plan: 'Just text.\n', at: '1:1' },
    { plan: '| a | b |\n|---|---|\n| 1 | 2 |\n', at: '1:1' },
    { plan: `# Tasks\n\n\`\`\`\n${table}\`\`\`\n`, at: '4:1' },
    { plan: `Text\n\n~~~\nnever closed\n\n${table}`, at: '6:1' },
    { plan: `${table}\n\`\`\`\nnever closed\n\n${table.replace('T-1', 'T-2')}`, at: '8:1' },
    { plan: table.replaceAll(/^/gm, '    '), at: '1:1' },
    { plan: `<details>\n${table}`, at: '2:1' },
    { plan: `- list\n\n${table.replaceAll(/^(?=.)/gm, '  ')}`, at: '3:1' },
    { plan: table.replaceAll(/^(?=.)/gm, '> '), at: '1:1' },
    { plan: `${table}\n<details>\n${table.replace('T-1', 'T-2')}</details>\n`, at: '6:1' },
    { plan: `${table}\n<!--\n${table.replace('T-1', 'T-2')}`, at: '6:1' },
    { plan: `${table}\n${table.replace('T-1', 'T-2').replaceAll(/^(?=.)/gm, '> ')}`, at: '5:1' },
    { plan: example('id | status | description'), at: '1:1' },
  ],
  good: [
    { plan: `\`\`\`\n${table}\`\`\`\n\n${table}` },
    { plan: `<!--\n${table}-->\n\n${table}` },
    { plan: `> quoted\n\n${table}` },
  ],
  *check(reading) {
    const { document, lines, structure } = reading;
    const hasTables = document.tables.length > 0;
    const hidden = structure.hidden.flatMap((block) => hiddenTable(block, lines, hasTables) ?? []);
    yield* hidden;
    if (hidden.length > 0 || structure.tooLong) return;
    if (!hasTables) yield* none(reading);
    else if (reading.rows.length === 0) {
      yield {
        range: document.tables[0]?.header.range ?? { start: 0, end: 0 },
        message: 'Unexpected table without rows, expected at least one task',
        advice: 'write a row for each task below the delimiter row',
      };
    }
  },
};

function* none(reading: Reading): Iterable<Finding> {
  // Those are named, with what is wrong with them, by `delimiter-row` and `missing-column`.
  if (reading.broken.length > 0 || reading.near.length > 0) return;
  const first = reading.structure.tables[0];
  const range = first === undefined ? { start: 0, end: 0 } : lineRange(reading.lines, first.first);
  const what = first === undefined ? 'text without a task table' : 'table without the columns `id` and `status`';
  yield {
    range,
    message: `Unexpected ${what}, ${expected}`,
    advice: 'write the tasks as a table, or look whether this is the right path and branch',
  };
}

const shown = { code: 'a code block', html: 'an HTML block', list: 'a list', quote: 'a quote' } as const;

/** Where a task table is out of sight; an example in a closed fence or comment, beside tables that are seen, is text. */
function hiddenTable(block: HiddenLines, lines: Lines, hasTables: boolean): Finding | undefined {
  const isComment = lineText(lines, block.first).trimStart().startsWith('<!--') && !isUnclosed(block, lines);
  const isExample = (block.inside === 'html' && isComment) || isClosedFence(block, lines);
  if (hasTables && isExample) return undefined;
  for (let line = block.first; line < block.last; line += 1) {
    const text = lineText(lines, line);
    if (!text.includes('|')) continue;
    const start = lineRange(lines, line).start + (/^[> \t]*(?:[-+*][ \t]+)?/.exec(text)?.[0].length ?? 0);
    const header = scanRow(lines.text, { start, end: lineRange(lines, line).end }, line + 1);
    if (!isTaskHeader(header)) continue;
    if (block.inside !== 'quote' && !isDelimiterRow(scanLine(lines, line + 1))) continue;
    return {
      range: lineRange(lines, line),
      message: `Unexpected task table inside ${shown[block.inside]} that begins on line ${block.first + 1}, expected it at the margin`,
      advice: adviceFor(block, lines),
    };
  }
  return undefined;
}

function adviceFor(block: HiddenLines, lines: Lines): string {
  if (block.inside === 'list') return 'remove the indentation and leave a blank line above the table';
  if (block.inside === 'quote') return 'remove the `>` before its lines';
  if (block.inside === 'html') return 'close the HTML, or leave a blank line between it and the table';
  if (!isFence(block, lines)) return 'remove the indentation of four or more spaces';
  return isClosedFence(block, lines)
    ? 'take the table out of the code block'
    : `close the code block of line ${block.first + 1} above the table, or remove its fence`;
}
