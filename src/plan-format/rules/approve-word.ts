import { parseApprove } from '../columns.ts';
import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (approve: string) => example('id | status | description | approve', `T-1 | done | x | ${approve}`);

/** A gate for a person that is misspelt would stand open. */
export const approveWord: Rule = {
  code: 'approve-word',
  severity: 'error',
  meaning: '`approve` is `before`, `after`, or both.',
  bad: ['yes', 'befor', 'before; after', ','].map((text) => ({ plan: plan(text), at: '3:20' })),
  good: ['before', 'After', 'before, after', '', '-'].map((text) => ({ plan: plan(text) })),
  *check({ rows }) {
    for (const row of rows) {
      const text = row.isBroken ? '' : textIn(row, 'approve');
      const cell = cellIn(row, 'approve');
      if (text === '' || cell === undefined || parseApprove(text) !== undefined) continue;
      const message = `Unexpected ${quoted(text)} in \`approve\`, expected \`before\`, \`after\` or \`before, after\``;
      yield { range: cell.content, message, advice: 'write where to wait for a person, or leave the cell empty' };
    }
  },
};
