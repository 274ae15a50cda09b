import { isSettled } from '../../domain/row-status.ts';
import { isEmptyText, parseStatus } from '../columns.ts';
import { cellIn } from '../rows.ts';
import { example } from './rule.ts';
import type { Rule } from './rule.ts';

/** An agent that is told nothing does anything. */
export const emptyDescription: Rule = {
  code: 'empty-description',
  severity: 'error',
  meaning: 'Every task that is still to be done says what to do.',
  bad: [
    { plan: example('id | status | description', 'T-1 | not-started |  '), at: '3:23' },
    ...['-', 'n/a', '&nbsp;', '<br>', '<br/> &#160;', '\u00a0', '\u200b', '<!-- later -->'].map((text) => ({
      plan: example('id | status | description', `T-1 | not-started | ${text}`),
      at: '3:23',
    })),
  ],
  good: [
    { plan: example('id | status | description', 'T-1 | done | ') },
    { plan: example('id | status | description', 'T-1 | not-started | a < b > c') },
  ],
  *check({ rows }) {
    for (const row of rows) {
      const cell = row.isBroken ? undefined : cellIn(row, 'description');
      const status = parseStatus(cellIn(row, 'status')?.text ?? '') ?? 'not-started';
      if (cell === undefined || isSettled(status) || !saysNothing(cell.text)) continue;
      const message = 'Unexpected empty description, expected what the agent has to do';
      yield { range: cell.content, message, advice: 'describe the task in a sentence' };
    }
  },
};

/** Nothing to read once comments, tags, spaces by name and what cannot be seen are gone. */
function saysNothing(text: string): boolean {
  if (text.length > 200) return false;
  const seen = text
    .replaceAll(/<!--[^>]*-->|<\/?[a-z][^<>]*>|&nbsp;|&#160;|&#xa0;/gi, '')
    .replaceAll(/[\s\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '');
  return isEmptyText(seen);
}
