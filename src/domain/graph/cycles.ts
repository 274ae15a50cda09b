/** Cycles of dependencies, as a person can mend them. Iterative: a cycle of thousands must not meet the stack's end. Spec 3.5. */
import type { PlanGraph } from './plan-graph.ts';

/** What a task needs and who needs it, by number. */
type Edges = Pick<PlanGraph, 'needs' | 'dependents'>;

/** More are of no use to a reader; mending some removes others. */
export const cyclesMax = 20;

/**
 * For every task on a cycle, a shortest cycle through it, each cycle once; at most `cyclesMax`. Task numbers; a cycle begins at its
 * first task in table order and goes from a task to what it needs: `[0, 1]` is 0 → 1 → 0. Self-dependencies are cycles of one.
 */
export function findCycles(graph: Edges): readonly (readonly number[])[] {
  const suspects = onCycleOrBetween(graph);
  const covered = new Set<number>();
  const cycles: (readonly number[])[] = [];
  for (const number of suspects) {
    if (covered.has(number)) continue;
    if (cycles.length === cyclesMax) break;
    const cycle = shortestCycle(graph, number, suspects);
    if (cycle === undefined) continue;
    for (const member of cycle) covered.add(member);
    cycles.push(fromFirst(cycle));
  }
  return cycles;
}

/** Peels off tasks with nothing open before them, then those with nothing open behind them: what is left is on a cycle or on a way between two. */
function onCycleOrBetween(graph: Edges): ReadonlySet<number> {
  const left = new Set(graph.needs.keys());
  peel(left, graph.needs, graph.dependents);
  peel(left, graph.dependents, graph.needs);
  return left;
}

function peel(left: Set<number>, before: PlanGraph['needs'], behind: PlanGraph['needs']): void {
  const open = before.map((numbers) => numbers.filter((number) => left.has(number)).length);
  const queue = [...left].filter((number) => open[number] === 0);
  for (const number of queue) {
    left.delete(number);
    for (const next of behind[number] ?? []) {
      const count = (open[next] ?? 0) - 1;
      open[next] = count;
      if (count === 0 && left.has(next)) queue.push(next);
    }
  }
}

function shortestCycle(graph: Edges, start: number, within: ReadonlySet<number>): number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const number of queue) {
    for (const need of graph.needs[number] ?? []) {
      if (need === start) return wayBack(cameFrom, start, number);
      if (!within.has(need) || cameFrom.has(need)) continue;
      cameFrom.set(need, number);
      queue.push(need);
    }
  }
  return undefined;
}

function wayBack(cameFrom: ReadonlyMap<number, number>, start: number, end: number): number[] {
  const path = [end];
  for (let number = end; number !== start;) {
    number = cameFrom.get(number) ?? start;
    path.push(number);
  }
  return path.reverse();
}

function fromFirst(cycle: readonly number[]): number[] {
  const first = cycle.indexOf(cycle.reduce((least, number) => Math.min(least, number)));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
