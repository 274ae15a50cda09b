/** Dependencies before dependents. Iterative: a chain of thousands must not meet the stack's end. */
import type { PlanGraph } from './plan-graph.ts';

/** Task numbers, each after all it needs; in table order within one wave. Tasks on a cycle, and those behind one, are left out. Linear. */
export function topologicalOrder(graph: PlanGraph): readonly number[] {
  const open = graph.needs.map((needs) => needs.length);
  const order = [...open.keys()].filter((number) => open[number] === 0);
  // `order` grows while it is walked: it is its own queue.
  for (const number of order) {
    for (const dependent of graph.dependents[number] ?? []) {
      const left = (open[dependent] ?? 0) - 1;
      open[dependent] = left;
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}
