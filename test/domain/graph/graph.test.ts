// Level: property and table.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cyclesMax, findCycles } from '../../../src/domain/graph/cycles.ts';
import { longestPath } from '../../../src/domain/graph/longest-path.ts';
import { openPhase } from '../../../src/domain/graph/open-phase.ts';
import type { PlanGraph } from '../../../src/domain/graph/plan-graph.ts';
import { buildGraph } from '../../../src/domain/graph/plan-graph.ts';
import { topologicalOrder } from '../../../src/domain/graph/topological-order.ts';
import { planShape } from '../../../src/domain/graph/waves.ts';
import { plan } from '../../support/plan-builder.ts';

/** A graph by needs: `graph([], [0])` is a task and one that needs it. */
function graph(...needs: readonly (readonly number[])[]): PlanGraph {
  const builder = needs.reduce(
    (built, list, number) => built.task(`T${number}`, { needs: list.map((need) => `T${need}`) }),
    plan(),
  );
  return buildGraph(builder.phase().tasks);
}

/** Task i needs only tasks below i: no cycle. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .map((lists) => lists.map((list, number) => (number === 0 ? [] : [...new Set(list.map((need) => need % number))])));

const any = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((lists) => lists.map((list) => [...new Set(list.map((need) => need % lists.length))]));

const chain = (length: number) => Array.from({ length }, (_, number) => (number === 0 ? [] : [number - 1]));

describe('findCycles', () => {
  test.each([
    { name: 'none', needs: [[], [0], [0, 1]], cycles: [] },
    { name: 'itself', needs: [[0]], cycles: [[0]] },
    { name: 'a pair', needs: [[1], [0]], cycles: [[0, 1]] },
    { name: 'the way a task needs the next', needs: [[2], [0], [1]], cycles: [[0, 2, 1]] },
    {
      name: 'two apart',
      needs: [[1], [0], [], [4], [3]],
      cycles: [
        [0, 1],
        [3, 4],
      ],
    },
    {
      name: 'two that share a task',
      needs: [[1, 2], [0], [0]],
      cycles: [
        [0, 1],
        [0, 2],
      ],
    },
    {
      name: 'the shorter of two',
      needs: [[1], [2, 0], [0]],
      cycles: [
        [0, 1],
        [0, 1, 2],
      ],
    },
    {
      name: 'tasks between cycles belong to none',
      needs: [[1], [0, 2], [3], [4], [3]],
      cycles: [
        [0, 1],
        [3, 4],
      ],
    },
  ])('$name', ({ needs, cycles }) => {
    expect(findCycles(graph(...needs))).toEqual(cycles);
  });

  test('an acyclic graph has none', () => {
    fc.assert(
      fc.property(acyclic, (needs) => {
        expect(findCycles(graph(...needs))).toEqual([]);
      }),
    );
  });

  test('what it names is a cycle, and every task on a cycle is named', () => {
    fc.assert(
      fc.property(any, (needs) => {
        const cycles = findCycles(graph(...needs));
        for (const cycle of cycles) {
          for (const [place, number] of cycle.entries()) {
            expect(needs[number]).toContain(cycle[(place + 1) % cycle.length]);
          }
        }
        const named = new Set(cycles.flat());
        for (const number of needs.keys()) expect(named.has(number)).toBe(reaches(needs, number, number));
      }),
    );
  });

  test('many cycles among tasks that need many are found in a moment', () => {
    const dense = Array.from({ length: 2_000 }, (_, number) =>
      Array.from({ length: 200 }, (_need, step) => (number + step + 1) % 2_000),
    );
    // These wait for the cycles and are on none.
    const behind = dense.map((list) => list.map((need) => need + 2_000));
    const begun = process.cpuUsage();
    expect(
      findCycles({ needs: [...behind, ...dense.map((list) => list.map((need) => need + 2_000))], dependents: [] }),
    ).toHaveLength(cyclesMax);
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(4);
  });

  test('a cycle of 5,000 is one; of very many only some are named', () => {
    const ring = Array.from({ length: 5_000 }, (_, number) => [(number + 1) % 5_000]);
    expect(findCycles(graph(...ring)).map((cycle) => cycle.length)).toEqual([5_000]);
    const pairs = Array.from({ length: 200 }, (_, number) => [number % 2 === 0 ? number + 1 : number - 1]);
    expect(findCycles(graph(...pairs))).toHaveLength(cyclesMax);
  });
});

function reaches(needs: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set<number>();
  const queue = [...(needs[from] ?? [])];
  for (const number of queue) {
    if (seen.has(number)) continue;
    seen.add(number);
    queue.push(...(needs[number] ?? []));
  }
  return seen.has(to);
}

test('an order puts every need first and leaves out only cycles and what is behind them', () => {
  fc.assert(
    fc.property(any, (needs) => {
      const order = topologicalOrder(graph(...needs));
      for (const [place, number] of order.entries()) {
        for (const need of needs[number] ?? []) expect(order.indexOf(need)).toBeLessThan(place);
      }
      const isFree = (number: number) =>
        !reaches(needs, number, number) &&
        needs.every((_, other) => !reaches(needs, other, other) || !reaches(needs, number, other));
      expect([...order].toSorted((a, b) => a - b)).toEqual([...needs.keys()].filter(isFree));
    }),
  );
});

test('the remaining path is the own estimate and the dearest chain behind it', () => {
  const { tasks } = plan()
    .task('T0', { estimate: 5 })
    .task('T1', { estimate: 1, needs: ['T0'] })
    .task('T2', { estimate: 7, needs: ['T0'] })
    .task('T3', { needs: ['T1', 'T2'] })
    .phase();
  expect(longestPath(buildGraph(tasks), 100)).toEqual([112, 101, 107, 100]);
});

test('the remaining path never grows from a task to its dependents', () => {
  fc.assert(
    fc.property(acyclic, (needs) => {
      const remaining = longestPath(graph(...needs), 3);
      for (const [number, list] of needs.entries()) {
        for (const need of list) expect(remaining[need]).toBeGreaterThanOrEqual((remaining[number] ?? 0) + 3);
      }
    }),
  );
});

test('a chain of 5,000, a fan of 4,999 and all of 200 with all', () => {
  expect(longestPath(graph(...chain(5_000)), 1)[0]).toBe(5_000);
  expect(planShape(graph(...chain(5_000)))).toMatchObject({ widest: 1, criticalTokens: 50_000_000 });
  const fan = [[], ...Array.from({ length: 4_999 }, () => [0])];
  expect(planShape(graph(...fan))).toMatchObject({ widest: 4_999 });
  const all = Array.from({ length: 200 }, (_, number) => [...Array(number).keys()]);
  expect(planShape(graph(...all)).waves).toHaveLength(200);
});

test('waves, the critical path and the widest wave', () => {
  const { tasks } = plan()
    .task('T0', { estimate: 1 })
    .task('T1', { estimate: 9 })
    .task('T2', { estimate: 1, needs: ['T0', 'T1'] })
    .task('T3', { estimate: 2, needs: ['T0'] })
    .task('T4', { estimate: 1, needs: ['T2'] })
    .phase();
  const shape = planShape(buildGraph(tasks));
  expect(shape.waves.map((wave) => wave.map((task) => task.id))).toEqual([['T0', 'T1'], ['T2', 'T3'], ['T4']]);
  expect(shape.criticalPath.map((task) => task.id)).toEqual(['T1', 'T2', 'T4']);
  expect([shape.criticalTokens, shape.widest]).toEqual([11, 2]);
});

test('of no tasks, and of a cycle alone, nothing is left', () => {
  const empty = { waves: [], criticalPath: [], criticalTokens: 0, widest: 0 };
  expect(planShape(buildGraph([]))).toEqual(empty);
  expect(planShape(graph([1], [0]))).toEqual(empty);
});

test('the open phase is the first with something left to satisfy', () => {
  const built = plan().inPhase('A').task('T1', { status: 'done' }).inPhase('B').task('T2', { status: 'skipped' });
  expect(openPhase(built.plan())).toBeUndefined();
  const more = built.inPhase('C').task('T3', { status: 'failed' }).inPhase('D').task('T4');
  expect(openPhase(more.plan())?.title).toBe('C');
});
