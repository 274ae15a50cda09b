import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** A task that waits for itself never starts. */
export const selfDependency: Rule = {
  code: 'self-dependency',
  severity: 'error',
  meaning: 'No task depends on itself.',
  bad: [
    { plan: example('id | status | description | depends_on', 'T-1 | not-started | x | T-1'), at: '3:27' },
    { plan: example('id | status | description | blocks', 'T-1 | not-started | x | T-1'), at: '3:27' },
  ],
  good: [{ plan: example('id | status | description | depends_on', 'T-1 | done | x | ', 'T-2 | done | x | T-1') }],
  *check({ mentions }) {
    for (const { text, target, row, range, column } of mentions) {
      if (target === undefined || text !== row.id) continue;
      const message = `Unexpected ${quoted(text)} in \`${column}\` of its own row, expected another task`;
      yield { range, message, advice: 'remove it' };
    }
  },
};
