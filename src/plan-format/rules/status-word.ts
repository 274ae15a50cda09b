import { parseStatus } from '../columns.ts';
import { rowStatuses } from '../../domain/row-status.ts';
import { nearest } from '../nearest.ts';
import { cellIn } from '../rows.ts';
import { example, listed, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (status: string) => example('id | status | description', `T-1 | ${status} | x`);

/** What people write for the six words. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['todo', 'not-started'],
  ['open', 'not-started'],
  ['pending', 'not-started'],
  ['new', 'not-started'],
  ['ready', 'not-started'],
  ['backlog', 'not-started'],
  ['doing', 'in-progress'],
  ['wip', 'in-progress'],
  ['started', 'in-progress'],
  ['running', 'in-progress'],
  ['complete', 'done'],
  ['completed', 'done'],
  ['finished', 'done'],
  ['closed', 'done'],
  ['cancelled', 'skipped'],
  ['canceled', 'skipped'],
  ["won't do", 'skipped'],
  ['error', 'failed'],
  ['waiting', 'not-started'],
]);

/** The status is one of six words, in any case. */
export const statusWord: Rule = {
  code: 'status-word',
  severity: 'error',
  meaning: `The status is one of ${listed(rowStatuses, 6)}; an empty one is read as not-started, with a warning.`,
  bad: [
    { plan: plan('todo'), at: '3:9' },
    { plan: plan('in progress'), at: '3:9' },
    { plan: plan('`done`'), at: '3:9' },
    { plan: plan(''), at: '3:9' },
    { plan: plan('-'), at: '3:9' },
    // Words that every JavaScript object knows.
    { plan: plan('constructor'), at: '3:9' },
    { plan: plan('__proto__'), at: '3:9' },
  ],
  good: [...rowStatuses, 'Done', 'NOT-STARTED'].map((word) => ({ plan: plan(word) })),
  *check({ rows }) {
    for (const row of rows) {
      const cell = row.isBroken ? undefined : cellIn(row, 'status');
      if (cell === undefined || parseStatus(cell.text) !== undefined) continue;
      if (cell.text === '') {
        const message = 'Unexpected empty status, expected `not-started`';
        yield { range: cell.content, severity: 'warning', message, advice: 'it is read as `not-started`; write it' };
        continue;
      }
      const plain = cell.text
        .toLowerCase()
        .replaceAll(/[`*_]+/g, '')
        .replaceAll(' ', '-');
      const meant = synonyms.get(plain) ?? synonyms.get(cell.text.toLowerCase()) ?? nearest(plain, rowStatuses);
      yield {
        range: cell.content,
        message: `Unexpected status ${quoted(cell.text)}, expected one of ${listed(rowStatuses, 6)}`,
        advice: meant === undefined ? 'write one of the six words' : `write ${quoted(meant)}`,
      };
    }
  },
};
