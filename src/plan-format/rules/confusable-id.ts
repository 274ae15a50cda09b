import { cellIn } from '../rows.ts';
import type { ReadRow } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const anyId = { idPattern: '^[A-Za-z0-9._-]+$' };

/** Ids that a person, or a file system that ignores case, takes for one another. */
export const confusableId: Rule = {
  code: 'confusable-id',
  severity: 'warning',
  meaning: 'No two ids differ only in case (an error), separators, leading zeros, or letters that look like digits.',
  bad: [
    { plan: example('id | status | description', 'T-1 | done | x', 'T-01 | done | y'), at: '4:3' },
    { plan: example('id | status | description', 'a.b | done | x', 'a-b | done | y'), format: anyId, at: '4:3' },
    {
      plan: example('id | status | description', 'TO-1 | done | x', 'T0-1 | done | y'),
      format: { phases: 'none' },
      at: '4:3',
    },
    { plan: example('id | status | description', 'a-1 | done | x', 'A-1 | done | y'), format: anyId, at: '4:3' },
  ],
  good: [
    ['T-1', 'T-10'],
    ['FO-1', 'FOO-1'],
    ['DOL-5', 'DI-5'],
  ].map(([one = '', other = '']) => ({
    plan: example('id | status | description', `${one} | done | x`, `${other} | done | y`),
    format: { phases: 'none' as const },
  })),
  *check({ rows, byId }) {
    const seen = new Map<string, ReadRow>();
    for (const row of rows) {
      if (row.id === undefined || byId.get(row.id) !== row) continue;
      const key = likeness(row.id);
      const like = seen.get(key);
      const cell = cellIn(row, 'id');
      if (like?.id === undefined || cell === undefined) {
        seen.set(key, row);
        continue;
      }
      const isSameFolder = like.id.toLowerCase() === row.id.toLowerCase();
      yield {
        range: cell.content,
        severity: isSameFolder ? 'error' : 'warning',
        message: `Unexpected id ${quoted(row.id)} beside ${quoted(like.id)} of line ${like.row.line}, expected ids that cannot be taken for one another`,
        advice: 'rename one of the two',
      };
    }
  },
};

function likeness(id: string): string {
  return (
    id
      .toLowerCase()
      .replaceAll(/[._-]+/g, '-')
      // Zeros go before letters become digits: the O of FOO leads no number.
      .replaceAll(/(?<![a-z\d])0+(?=\d)/g, '')
      .replaceAll('o', '0')
      .replaceAll(/[il]/g, '1')
  );
}
