import { columnNames, isColumnName } from '../columns.ts';
import { nearest } from '../nearest.ts';
import { columnNameOf } from '../read-document.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** Other columns are welcome; one that is nearly `depends_on` would silently order nothing. */
export const unknownColumn: Rule = {
  code: 'unknown-column',
  severity: 'warning',
  meaning: 'No unknown column is named almost like a known one.',
  bad: [
    { plan: example('id | status | description | depend_on', 'T-1 | done | x | '), at: '1:31' },
    { plan: example('id | status | description | Depends On', 'T-1 | done | x | '), at: '1:31' },
  ],
  good: [{ plan: example('id | status | description | owner | risk', 'T-1 | done | x | me | low') }],
  *check({ document }) {
    for (const table of document.tables) {
      const missing = columnNames.filter((name) => table.columns[name] === undefined);
      for (const cell of table.header.cells) {
        const name = columnNameOf(cell.text);
        const meant = isColumnName(name) ? undefined : nearest(name.replaceAll(/[ -]/g, '_'), missing);
        // `id` is two letters away from half of all words.
        if (meant === undefined || meant.length < 4 || meant === 'description') continue;
        const message = `Unexpected column ${quoted(cell.text)}, expected ${quoted(meant)} or a name less like it`;
        yield { range: cell.content, message, advice: `rename it to ${quoted(meant)} if that is what it holds` };
      }
    }
  },
};
