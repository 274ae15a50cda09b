/** The order in which ready tasks start. Spec 4.4. */
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PhaseState } from './state.ts';

/** Numbers sorted: `priority` smallest first, then the longest remaining path where that order is wanted, then table order. */
export function inDispatchOrder(state: PhaseState, numbers: readonly number[]): readonly number[] {
  if (numbers.length < 2) return numbers;
  const { order, concurrency } = state.run.policy;
  const isByPath = order === 'critical-path' || (order === 'auto' && concurrency > 1);
  const paths = isByPath ? pathsOf(state.graph) : [];
  const priority = (number: number): number => state.graph.tasks[number]?.priority ?? Number.MAX_SAFE_INTEGER;
  return [...numbers].sort((a, b) => priority(a) - priority(b) || (paths[b] ?? 0) - (paths[a] ?? 0) || a - b);
}

/** By the edges, which stay the same object while the plan does: a path is worked out once per plan, not once per event. */
const known = new WeakMap<PlanGraph['dependents'], readonly number[]>();

function pathsOf(graph: PlanGraph): readonly number[] {
  const before = known.get(graph.dependents);
  if (before !== undefined) return before;
  const paths = remainingPaths(graph);
  known.set(graph.dependents, paths);
  return paths;
}

/** Tokens on the longest way from each task to an end, itself included. A task without an estimate counts as an average one. */
function remainingPaths({ tasks, needs, dependents }: PlanGraph): readonly number[] {
  const estimates = tasks.flatMap((task) => task.estimate ?? []);
  const average = estimates.length === 0 ? 1 : estimates.reduce((sum, one) => sum + one, 0) / estimates.length;
  const own = (number: number): number => tasks[number]?.estimate ?? average;
  const open = dependents.map((list) => list.length);
  const paths = tasks.map((_, number) => own(number));
  const over = open.flatMap((count, number) => (count === 0 ? number : []));
  // Grows while it is walked: each task is added once, when all that need it are known.
  for (const number of over) {
    for (const need of needs[number] ?? []) {
      paths[need] = Math.max(paths[need] ?? 0, own(need) + (paths[number] ?? 0));
      const left = (open[need] ?? 0) - 1;
      open[need] = left;
      if (left === 0) over.push(need);
    }
  }
  return paths;
}
