/** The shape of a plan before it runs: waves, critical path, widest parallelism. Spec 4.1. */
import type { Task } from '../plan.ts';
import { defaultEstimate, longestPath } from './longest-path.ts';
import type { PlanGraph } from './plan-graph.ts';
import { topologicalOrder } from './topological-order.ts';

export interface PlanShape {
  /** Wave n needs only tasks of earlier waves; table order within a wave. */
  readonly waves: readonly (readonly Task[])[];
  /** The chain with the largest sum of estimates, first task first; empty for no tasks. */
  readonly criticalPath: readonly Task[];
  /** Sum of estimates on the critical path. */
  readonly criticalTokens: number;
  /** Size of the largest wave. */
  readonly widest: number;
}

/** Tasks on a cycle are left out: a plan with a cycle is never run. Linear. */
export function planShape(graph: PlanGraph, estimateWhenMissing = defaultEstimate): PlanShape {
  const waves = wavesOf(graph);
  const remaining = longestPath(graph, estimateWhenMissing);
  const path = criticalPath(graph, remaining);
  return {
    waves,
    criticalPath: path.flatMap((number) => graph.tasks[number] ?? []),
    criticalTokens: remaining[path[0] ?? -1] ?? 0,
    widest: waves.reduce((widest, wave) => Math.max(widest, wave.length), 0),
  };
}

function wavesOf(graph: PlanGraph): Task[][] {
  const order = topologicalOrder(graph);
  const waveOf: number[] = graph.tasks.map(() => -1);
  for (const number of order) {
    let wave = 0;
    for (const need of graph.needs[number] ?? []) wave = Math.max(wave, (waveOf[need] ?? 0) + 1);
    waveOf[number] = wave;
  }
  const waves: Task[][] = [];
  for (const [number, task] of graph.tasks.entries()) {
    const wave = waveOf[number] ?? -1;
    if (wave >= 0) (waves[wave] ??= []).push(task);
  }
  return waves;
}

function criticalPath(graph: PlanGraph, remaining: readonly number[]): number[] {
  const starts = topologicalOrder(graph).filter((number) => graph.needs[number]?.length === 0);
  const path: number[] = [];
  for (let next = longestOf(starts, remaining); next !== undefined;) {
    path.push(next);
    next = longestOf(graph.dependents[next] ?? [], remaining);
    // A cycle behind the path would go on for ever.
    if (path.length > graph.tasks.length) return [];
  }
  return path;
}

function longestOf(numbers: readonly number[], remaining: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const number of numbers) {
    if (best === undefined || (remaining[number] ?? 0) > (remaining[best] ?? 0)) best = number;
  }
  return best;
}
