import { nearest } from '../nearest.ts';
import { didYouMean, example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** A dependency on nothing would wait for ever, or for nobody. */
export const unknownDependency: Rule = {
  code: 'unknown-dependency',
  severity: 'error',
  meaning: 'Every id in `depends_on` and `blocks` is the id of a row.',
  bad: [
    {
      plan: example('id | status | description | depends_on', 'T-8 | done | x | ', 'T-1 | done | x | T-9'),
      at: '4:20',
    },
    { plan: example('id | status | description | blocks', 'T-1 | done | x | QQ-99999'), at: '3:20' },
  ],
  good: [{ plan: example('id | status | description | depends_on', 'T-1 | done | x | ', 'T-2 | done | x | T-1') }],
  *check({ mentions, isId, byId }) {
    // Looking for the nearest of thousands for each of thousands would take minutes.
    let searches = 100;
    for (const { text, target, range, column } of mentions) {
      if (target !== undefined || !isId(text)) continue;
      searches -= 1;
      const near = searches >= 0 ? nearest(text, byId.keys()) : undefined;
      yield {
        range,
        message: `Unexpected ${quoted(text)} in \`${column}\`, expected the id of a row`,
        advice: `${didYouMean(near)}correct it, or add the row`,
      };
    }
  },
};
