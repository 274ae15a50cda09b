import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const header = 'id | status | description | depends_on';
const twoPhases = example(header, 'MS-SEC-001 | not-started | x | MS-CQ-001', 'MS-CQ-001 | not-started | x | ');

const origins = {
  sections: 'the sections of the file',
  ranges: 'the list of phases',
  categories: 'the words before the numbers of the ids',
  none: '',
} as const;

/** A phase starts when the one before it is over: such a task waits for ever. */
export const laterPhase: Rule = {
  code: 'later-phase',
  severity: 'error',
  meaning: 'No task depends on a task of a later phase.',
  bad: [
    { plan: twoPhases, at: '3:34' },
    {
      plan: `# One\n\n${example('id | status | description | blocks', 'T-1 | done | x | ')}\n# Two\n\n${example('id | status | description | blocks', 'T-2 | done | x | T-1')}`,
      at: '11:20',
    },
  ],
  good: [
    { plan: twoPhases, format: { phases: 'none' } },
    { plan: example(header, 'MS-CQ-001 | done | x | ', 'MS-SEC-001 | done | x | MS-CQ-001') },
  ],
  *check(reading) {
    const { phaseOf, phases, by } = reading.phases;
    for (const { dependent, need, mention } of reading.edges) {
      const [here, there] = [phaseOf.get(dependent), phaseOf.get(need)];
      if (here === undefined || there === undefined || there <= here) continue;
      const name = (index: number) => `phase ${index + 1}, ${quoted(phases[index]?.title ?? '')}`;
      yield {
        range: mention.range,
        message: `Unexpected dependency of ${quoted(dependent.id ?? '')} (${name(here)}) on ${quoted(need.id ?? '')} (${name(there)}), expected one of the same or an earlier phase`,
        advice: `move one of the two rows or remove the dependency; the phases come from ${origins[by]}, and \`phases: none\` in the config makes the whole plan one phase`,
      };
    }
  },
};
