/** The order in which ready tasks start. Spec 4.4. */
import { longestPath } from '../graph/longest-path.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PhaseState } from './state.ts';

/** Numbers sorted: `priority` smallest first, then the longest remaining path where that order is wanted, then table order. */
export function inDispatchOrder(state: PhaseState, numbers: readonly number[]): readonly number[] {
  return numbers.length < 2 ? numbers : [...numbers].sort(comparison(state));
}

/** A sorted list with more numbers put in their places: one walk, because the list can be long and the additions are few. */
export function withReady(state: PhaseState, sorted: readonly number[], more: readonly number[]): readonly number[] {
  if (more.length === 0) return sorted;
  const compare = comparison(state);
  const added = inDispatchOrder(state, more);
  const merged: number[] = [];
  let next = 0;
  for (const number of sorted) {
    for (let one = added[next]; one !== undefined && compare(one, number) < 0; one = added[next]) {
      merged.push(one);
      next += 1;
    }
    merged.push(number);
  }
  return [...merged, ...added.slice(next)];
}

function comparison(state: PhaseState): (a: number, b: number) => number {
  const { order, concurrency } = state.run.policy;
  const isByPath = order === 'critical-path' || (order === 'auto' && concurrency > 1);
  const paths = isByPath ? pathsOf(state.graph) : [];
  const priority = (number: number): number => state.graph.tasks[number]?.priority ?? Number.MAX_SAFE_INTEGER;
  return (a, b) => priority(a) - priority(b) || (paths[b] ?? 0) - (paths[a] ?? 0) || a - b;
}

/** By the edges, which stay the same object while the plan does: a path is worked out once per plan, not once per event. */
const known = new WeakMap<PlanGraph['dependents'], readonly number[]>();

function pathsOf(graph: PlanGraph): readonly number[] {
  const before = known.get(graph.dependents);
  if (before !== undefined) return before;
  const paths = longestPath(graph, averageEstimate(graph));
  known.set(graph.dependents, paths);
  return paths;
}

/** A task without an estimate counts as an average one. */
function averageEstimate({ tasks }: PlanGraph): number {
  const estimates = tasks.flatMap((task) => task.estimate ?? []);
  return estimates.length === 0 ? 1 : estimates.reduce((sum, one) => sum + one, 0) / estimates.length;
}
