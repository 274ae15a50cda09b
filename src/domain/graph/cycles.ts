/** Cycles of dependencies, as a person can mend them. Iterative: a cycle of thousands must not meet the stack's end. Spec 3.5. */
import type { PlanGraph } from './plan-graph.ts';
import { componentsOf } from './components.ts';

/** What a task needs and who needs it, by number. */
type Edges = Pick<PlanGraph, 'needs' | 'dependents'>;

/** More are of no use to a reader; mending some removes others. */
export const cyclesMax = 20;

/**
 * For every task on a cycle, a shortest cycle through it, each cycle once; at most `cyclesMax`. Task numbers; a cycle begins at its
 * first task in table order and goes from a task to what it needs: `[0, 1]` is 0 → 1 → 0. Self-dependencies are cycles of one.
 * Linear: only a task that is on a cycle is searched from, and only among those that it is on cycles with.
 */
export function findCycles(graph: Edges): readonly (readonly number[])[] {
  const component = componentsOf(graph.needs);
  const sizes = new Map<number, number>();
  for (const one of component) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  const covered = new Set<number>();
  const cycles: (readonly number[])[] = [];
  for (const [number, own] of component.entries()) {
    if (covered.has(number)) continue;
    if ((sizes.get(own) ?? 0) < 2 && graph.needs[number]?.includes(number) !== true) continue;
    if (cycles.length === cyclesMax) break;
    const cycle = shortestCycle(graph, number, component);
    if (cycle === undefined) continue;
    for (const member of cycle) covered.add(member);
    cycles.push(fromFirst(cycle));
  }
  return cycles;
}

function shortestCycle(graph: Edges, start: number, component: readonly number[]): number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const number of queue) {
    for (const need of graph.needs[number] ?? []) {
      if (need === start) return wayBack(cameFrom, start, number);
      if (component[need] !== component[start] || cameFrom.has(need)) continue;
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
