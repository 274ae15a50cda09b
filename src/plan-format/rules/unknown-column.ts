import type { ColumnName } from '../columns.ts';
import { columnNames, isColumnName } from '../columns.ts';
import { nearest } from '../nearest.ts';
import { columnNameOf } from '../read-document.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** Other columns are welcome; one that is nearly `depends_on` would silently order nothing. */
export const unknownColumn: Rule = {
  code: 'unknown-column',
  severity: 'warning',
  meaning: 'No unknown column is named almost like a known one, or as people call it (`needs`).',
  bad: [
    { plan: example('id | status | description | depend_on', 'T-1 | done | x | '), at: '1:31' },
    ...['Depends', 'Dependencies', 'Deps', 'Needs', 'Blocked by', 'dependsOn', 'Depends-On'].map((name) => ({
      plan: example(`id | status | description | ${name}`, 'T-1 | done | x | '),
      at: '1:31',
    })),
    { plan: example('id | status | description | Depends On', 'T-1 | done | x | '), at: '1:31' },
  ],
  good: [
    { plan: example(String.raw`id | status | description | depends\_on`, 'T-1 | done | x | ') },
    { plan: example('id | status | description | constructor', 'T-1 | done | x | ') },
    { plan: example('id | status | description | owner | risk', 'T-1 | done | x | me | low') },
  ],
  *check({ document }) {
    for (const table of document.tables) {
      const missing = columnNames.filter((name) => table.columns[name] === undefined);
      for (const cell of table.header.cells) {
        const name = columnNameOf(cell.text);
        const meant = isColumnName(name) ? undefined : columnMeant(name.replaceAll(/[ -]/g, '_'), missing);
        // `id` is two letters away from half of all words.
        if (meant === undefined || meant.length < 4 || meant === 'description') continue;
        const message = `Unexpected column ${quoted(cell.text)}, expected ${quoted(meant)} or a name less like it`;
        yield { range: cell.content, message, advice: `rename it to ${quoted(meant)} if that is what it holds` };
      }
    }
  },
};

/** What people call `depends_on`. */
const synonyms = new Set([
  'depends',
  'dependency',
  'dependencies',
  'deps',
  'needs',
  'requires',
  'blocked_by',
  'waits_for',
]);

function columnMeant(name: string, missing: readonly ColumnName[]): string | undefined {
  if (synonyms.has(name) && missing.includes('depends_on')) return 'depends_on';
  return nearest(name, missing);
}
