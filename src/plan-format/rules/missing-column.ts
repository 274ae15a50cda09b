import { isColumnName, requiredColumns } from '../columns.ts';
import type { Row } from '../document.ts';
import { nearest } from '../nearest.ts';
import { columnNameOf, scanLine } from '../read-document.ts';
import { example, listed, quoted } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

/** A table without one of the three is not a plan. */
export const missingColumn: Rule = {
  code: 'missing-column',
  severity: 'error',
  meaning: 'A task table has the columns `id`, `status` and `description`.',
  bad: [
    { plan: example('id | status', 'T-1 | done'), at: '1:1' },
    { plan: example('id | statsu | description', 'T-1 | done | x'), at: '1:8' },
    { plan: example('ID | description | branch', 'T-1 | x | b'), at: '1:1' },
    { plan: example('task | status | description | estimate', 'T-1 | done | x | 5K'), at: '1:1' },
  ],
  good: [{ plan: example('Description | ID | Status', 'x | T-1 | done') }, { plan: example('id | text', '1 | x') }],
  *check({ document, near, lines }) {
    for (const table of document.tables) yield* missing(table.header);
    for (const place of near) yield* missing(scanLine(lines, place.first));
  },
};

function* missing(header: Row): Iterable<Finding> {
  const names = header.cells.map((cell) => columnNameOf(cell.text));
  for (const column of requiredColumns) {
    if (names.includes(column)) continue;
    const meant = nearest(
      column,
      names.filter((name) => !isColumnName(name)),
    );
    const cell = meant === undefined ? undefined : header.cells[names.indexOf(meant)];
    yield {
      range: cell?.content ?? header.range,
      message: `Unexpected header without \`${column}\`, expected the columns ${listed(requiredColumns.map((name) => `\`${name}\``))}`,
      advice: meant === undefined ? `add a column \`${column}\`` : `rename ${quoted(meant)} to \`${column}\``,
    };
  }
}
