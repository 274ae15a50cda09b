import { cellIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** Two rows of one id are one task with two states. */
export const duplicateId: Rule = {
  code: 'duplicate-id',
  severity: 'error',
  meaning: 'No two rows have the same id, in whichever table.',
  bad: [
    { plan: example('id | status | description', 'T-1 | done | x', 'T-2 | done | x', 'T-1 | done | y'), at: '5:3' },
    {
      plan: `# A\n\n${example('id | status | description', 'T-1 | done | x')}\n# B\n\n${example('id | status | description', 'T-1 | done | y')}`,
      at: '11:3',
    },
  ],
  good: [{ plan: example('id | status | description', 'T-1 | done | x', 'T-2 | done | x') }],
  *check({ rows, byId }) {
    for (const row of rows) {
      const first = row.id === undefined ? undefined : byId.get(row.id);
      const cell = cellIn(row, 'id');
      if (row.id === undefined || first === undefined || first === row || cell === undefined) continue;
      yield {
        range: cell.content,
        message: `Unexpected second row ${quoted(row.id)}, expected each id once (the first is on line ${first.row.line})`,
        advice: 'give one of the two rows another id, or remove it',
      };
    }
  },
};
