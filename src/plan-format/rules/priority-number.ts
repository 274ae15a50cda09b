import { parsePriority } from '../columns.ts';
import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (priority: string) => example('id | status | description | priority', `T-1 | done | x | ${priority}`);

/** Priorities are compared as numbers. */
export const priorityNumber: Rule = {
  code: 'priority-number',
  severity: 'error',
  meaning: '`priority` is a whole number; the smallest goes first.',
  bad: ['high', '1.5', '1e9', '0x10', '٣', 'NaN'].map((text) => ({ plan: plan(text), at: '3:20' })),
  good: ['1', '-1', '', 'none'].map((text) => ({ plan: plan(text) })),
  *check({ rows }) {
    for (const row of rows) {
      const text = row.isBroken ? '' : textIn(row, 'priority');
      const cell = cellIn(row, 'priority');
      if (text === '' || cell === undefined || parsePriority(text) !== undefined) continue;
      const message = `Unexpected priority ${quoted(text)}, expected a whole number (the smallest goes first)`;
      yield { range: cell.content, message, advice: 'write a number such as 1, or leave the cell empty' };
    }
  },
};
