import type { ReadRow } from '../rows.ts';
import { example } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

/** Markdown drops cells that are too many and makes up those that are missing: texts end in the wrong column. */
export const cellCount: Rule = {
  code: 'cell-count',
  severity: 'error',
  meaning: 'Every row has as many cells as the header.',
  bad: [
    { plan: example('id | status | description', 'T-1 | done | a | b'), at: '3:20' },
    { plan: example('id | status | description', 'T-1 | done | `a|b`'), at: '3:19' },
    { plan: example('id | status | description', 'T-1 | done'), at: '3:1' },
    { plan: `${example('id | status | description')}| T-1 | done | first\nsecond |\n`, at: ['3:1', '4:1'].slice(1) },
  ],
  good: [
    { plan: example('id | status | description', String.raw`T-1 | done | a \| b`) },
    { plan: 'id | status | description\n--|--|--\nT-1 | done | x\n' },
  ],
  *check({ rows, document }) {
    for (const row of rows) if (row.isBroken && isCounted(row, document.text)) yield finding(row);
  },
};

/** A line without any pipe is text, not a row: `glued-text`. */
function isCounted(row: ReadRow, text: string): boolean {
  return text.slice(row.row.range.start, row.row.range.end).includes('|');
}

function finding({ row, table }: ReadRow): Finding {
  const expected = table.header.cells.length;
  const extra = row.cells[expected];
  const message = `Unexpected row of ${row.cells.length} ${row.cells.length === 1 ? 'cell' : 'cells'}, expected ${expected}, as many as the header has`;
  if (extra !== undefined) {
    return { range: extra.content, message, advice: String.raw`write a pipe inside a cell as \|, also inside code` };
  }
  const advice = 'add the missing cells (`| |` when empty); a cell holds one line, a line break ends the row';
  return { range: row.range, message, advice };
}
