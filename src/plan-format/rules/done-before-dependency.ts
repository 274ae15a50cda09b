import { isSatisfied } from '../../domain/row-status.ts';
import { parseStatus } from '../columns.ts';
import { textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const header = 'id | status | description | depends_on';

/** A person's `done` is trusted; that it came too early is said. */
export const doneBeforeDependency: Rule = {
  code: 'done-before-dependency',
  severity: 'warning',
  meaning: 'A task that is done depends on none that is not.',
  bad: [{ plan: example(header, 'T-1 | not-started | x | ', 'T-2 | done | x | T-1'), at: '4:20' }],
  good: [
    { plan: example(header, 'T-1 | skipped | x | ', 'T-2 | done | x | T-1') },
    { plan: example(header, 'T-1 | failed | x | ', 'T-2 | not-started | x | T-1') },
  ],
  *check(reading) {
    for (const { dependent, need, mention } of reading.edges) {
      const status = parseStatus(textIn(need, 'status')) ?? 'not-started';
      if (textIn(dependent, 'status').toLowerCase() !== 'done' || isSatisfied(status)) continue;
      yield {
        range: mention.range,
        message: `Unexpected ${quoted('done')} of ${quoted(dependent.id ?? '')}, expected ${quoted(need.id ?? '')} (${status}) to be done first`,
        advice: 'correct the status of one of the two, or remove the dependency; `done` is trusted and not run again',
      };
    }
  },
};
