import { columnNameOf } from '../read-document.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** Of two columns of one name nobody knows which one counts. */
export const duplicateColumn: Rule = {
  code: 'duplicate-column',
  severity: 'error',
  meaning: 'No two columns of a task table have the same name.',
  bad: [
    { plan: example('id | status | description | Status', 'T-1 | done | x | done'), at: '1:31' },
    { plan: example('id | status | description | x | x', 'T-1 | done | x | 1 | 2'), at: '1:35' },
  ],
  good: [{ plan: example('id | status | description | | ', 'T-1 | done | x | | ') }],
  *check({ document }) {
    for (const { header } of document.tables) {
      const seen = new Set<string>();
      for (const cell of header.cells) {
        const name = columnNameOf(cell.text);
        if (name !== '' && seen.has(name)) {
          const message = `Unexpected second column ${quoted(name)}, expected each column once`;
          yield { range: cell.content, message, advice: 'rename or remove one of the two' };
        }
        seen.add(name);
      }
    }
  },
};
