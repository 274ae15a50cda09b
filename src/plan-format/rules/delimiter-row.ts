import type { BrokenTable } from '../near-tables.ts';
import { isDelimiterRow } from '../scan-rows.ts';
import type { Finding, Rule } from './rule.ts';

const header = '| id | status | description |\n';
const row = '| T-1 | done | x |\n';

/** Without a delimiter row that fits, Markdown sees no table at all, and says nothing. */
export const delimiterRow: Rule = {
  code: 'delimiter-row',
  severity: 'error',
  meaning: 'Below the header stands a delimiter row with as many cells.',
  bad: [
    { plan: `${header}|---|---|\n${row}`, at: '2:1' },
    { plan: `${header}|---|---|---|---|\n${row}`, at: '2:1' },
    { plan: `${header}${row}`, at: '2:1' },
    { plan: `${header}|---|-x-|---|\n${row}`, at: '2:6' },
    { plan: `Text\n\n${header}`, at: '3:1' },
    { plan: `Text[^1]\n\n[^1]: Note\n\n    ${header}    |---|---|---|\n    ${row}`, at: '5:1' },
    { plan: `${header}\n|---|---|---|\n`, at: '1:1' },
  ],
  good: [
    { plan: `${header}|:--|:-:|-|\n${row}` },
    { plan: `id | status | description\n${'-'.repeat(900)}|${'-'.repeat(900)}|${'-'.repeat(900)}\nT-1 | done | x\n` },
    { plan: `id | status | description\n-- | -- | --\nT-1 | done | x\n` },
  ],
  *check({ broken, structure }) {
    // Nothing was looked at, so nothing is broken: `limits`.
    if (structure.tooLong) return;
    for (const table of broken) yield finding(table);
  },
};

function finding({ header: { cells, range }, below }: BrokenTable): Finding {
  const advice = `write \`${`|${'---|'.repeat(cells.length)}`.slice(0, 60)}\` below the header`;
  const expected = `expected a delimiter row of ${cells.length} cells below the header`;
  if (below === undefined) return { range, message: `Unexpected header alone, ${expected}`, advice };
  if (isDelimiterRow(below)) {
    if (below.cells.length === cells.length) {
      const message = 'Unexpected task table inside another block, such as a footnote, expected it at the margin';
      return { range, message, advice: 'take it out, with a blank line above it and no indentation' };
    }
    const message = `Unexpected delimiter row of ${below.cells.length} cells, expected ${cells.length}, as many as the header has`;
    return { range: below.range, message, advice };
  }
  const bad = below.cells.find((cell) => !/^:?-+:?$/.test(cell.text));
  const isMeantAsDelimiter = below.cells.some((cell) => /^:?-{2,}:?$/.test(cell.text));
  if (!isMeantAsDelimiter || bad === undefined) {
    return { range: below.range, message: `Unexpected text below the header, ${expected}`, advice };
  }
  return { range: bad.content, message: 'Unexpected cell in the delimiter row, expected `---`', advice };
}
