import { isSettled } from '../../domain/row-status.ts';
import { parseStatus } from '../columns.ts';
import { cellIn } from '../rows.ts';
import { example } from './rule.ts';
import type { Rule } from './rule.ts';

/** An agent that is told nothing does anything. */
export const emptyDescription: Rule = {
  code: 'empty-description',
  severity: 'error',
  meaning: 'Every task that is still to be done says what to do.',
  bad: [{ plan: example('id | status | description', 'T-1 | not-started |  '), at: '3:23' }],
  good: [{ plan: example('id | status | description', 'T-1 | done | ') }],
  *check({ rows }) {
    for (const row of rows) {
      const cell = row.isBroken ? undefined : cellIn(row, 'description');
      const status = parseStatus(cellIn(row, 'status')?.text ?? '') ?? 'not-started';
      if (cell?.text !== '' || isSettled(status)) continue;
      const message = 'Unexpected empty description, expected what the agent has to do';
      yield { range: cell.content, message, advice: 'describe the task in a sentence' };
    }
  },
};
