import { cyclesMax, findCycles } from '../../domain/graph/cycles.ts';
import type { Reading } from '../reading.ts';
import type { ReadRow } from '../rows.ts';
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
    const { rows, needs, dependents } = numbered(reading);
    const cycles = findCycles({ needs, dependents });
    for (const [index, cycle] of cycles.entries()) {
      const members = cycle.flatMap((number) => rows[number] ?? []);
      yield finding(members, reading, index === cyclesMax - 1);
    }
  },
};

function numbered({ byId, edges }: Reading) {
  const rows = [...byId.values()];
  const numbers = new Map(rows.map((row, number) => [row, number]));
  const needs: number[][] = rows.map(() => []);
  const dependents: number[][] = rows.map(() => []);
  for (const { dependent, need } of edges) {
    const [from, to] = [numbers.get(need), numbers.get(dependent)];
    if (from === undefined || to === undefined) continue;
    needs[to]?.push(from);
    dependents[from]?.push(to);
  }
  return { rows, needs, dependents };
}

/** Longer paths are cut in the middle: nobody follows a thousand ids. */
const pathMax = 50;

function finding(cycle: readonly ReadRow[], { edges }: Reading, isLast: boolean): Finding {
  const [first, second] = cycle;
  const edge = edges.find(({ dependent, need }) => dependent === first && need === second);
  const ids = [...cycle, ...cycle.slice(0, 1)].map((row) => row.id ?? '');
  const left = `… ${ids.length - pathMax} more …`;
  const shown = ids.length > pathMax ? [...ids.slice(0, pathMax / 2), left, ...ids.slice(-pathMax / 2)] : ids;
  return {
    range: edge?.mention.range ?? first?.row.range ?? { start: 0, end: 0 },
    message: `Unexpected cycle of dependencies ${shown.join(' → ')}, expected no task to wait for itself`,
    advice: `remove one of these dependencies${isLast ? '; there may be more cycles' : ''}`,
  };
}
