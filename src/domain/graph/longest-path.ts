/** Remaining path by estimate: what a task and the longest chain behind it will cost. The dispatch order of a wide run. Spec 4.4. */
import type { PlanGraph } from './plan-graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** Tokens taken for a task without an estimate: a mid-sized task, so that such a task is neither first nor last by default. */
export const defaultEstimate = 10_000;

/** By task number: its own estimate and those of the longest chain of dependents behind it. A task on a cycle counts itself alone. Linear. */
export function longestPath(graph: PlanGraph, estimateWhenMissing = defaultEstimate): readonly number[] {
  const own = graph.tasks.map((task) => task.estimate ?? estimateWhenMissing);
  const remaining = [...own];
  for (const number of topologicalOrder(graph).toReversed()) {
    let behind = 0;
    for (const dependent of graph.dependents[number] ?? []) behind = Math.max(behind, remaining[dependent] ?? 0);
    remaining[number] = (own[number] ?? 0) + behind;
  }
  return remaining;
}
