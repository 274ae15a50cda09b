import { cyclesMax, findCycles } from '../../domain/graph/cycles.ts';
import { buildGraph } from '../../domain/graph/plan-graph.ts';
import type { Task } from '../../domain/plan.ts';
import { makeTasks } from '../make-plan.ts';
import type { Reading } from '../reading.ts';
import { example } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

const header = 'id | status | description | depends_on | blocks';

/** Tasks that wait for one another never start. */
export const dependencyCycle: Rule = {
  code: 'dependency-cycle',
  severity: 'error',
  meaning: 'No task waits for itself through others; every cycle is named with its whole, shortest path.',
  bad: [
    { plan: example(header, 'T-1 | not-started | x | T-2 | ', 'T-2 | not-started | x | T-1 | '), at: '3:27' },
    {
      plan: example('id | status | description | blocks', 'T-1 | not-started | x | T-2', 'T-2 | not-started | x | T-1'),
      at: '4:27',
    },
    {
      plan: example(
        header,
        ...['T-1 | not-started | x | T-2 | ', 'T-2 | not-started | x | T-1 | '],
        ...['T-3 | not-started | x | T-4 | ', 'T-4 | not-started | x | T-5 | ', 'T-5 | not-started | x | T-3 | '],
      ),
      at: ['3:27', '5:27'],
    },
  ],
  good: [{ plan: example(header, 'T-1 | done | x | | ', 'T-2 | done | x | T-1 | ', 'T-3 | done | x | T-1, T-2 | ') }],
  *check(reading) {
    const cycles = findCycles(buildGraph(makeTasks(reading)));
    for (const [index, cycle] of cycles.entries()) yield finding(cycle, reading, index === cyclesMax - 1);
  },
};

/** Longer paths are cut in the middle: nobody follows a thousand ids. */
const pathMax = 50;

function finding(cycle: readonly Task[], { mentions, byId }: Reading, isLast: boolean): Finding {
  const [first, second] = cycle;
  const mention =
    mentions.find((one) => one.column === 'depends_on' && one.row.id === first?.id && one.text === second?.id) ??
    mentions.find((one) => one.column === 'blocks' && one.row.id === second?.id && one.text === first?.id);
  const row = byId.get(first?.id ?? '')?.row;
  const ids = [...cycle.map((task) => task.id), ...(first === undefined ? [] : [first.id])];
  const shown =
    ids.length > pathMax
      ? [...ids.slice(0, pathMax / 2), `… ${ids.length - pathMax} more …`, ...ids.slice(-pathMax / 2)]
      : ids;
  return {
    range: mention?.range ?? row?.range ?? { start: 0, end: 0 },
    message: `Unexpected cycle of dependencies ${shown.join(' → ')}, expected no task to wait for itself`,
    advice: `remove one of these dependencies${isLast ? '; there may be more cycles' : ''}`,
  };
}
