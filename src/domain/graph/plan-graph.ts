/** The dependency graph of one phase: tasks by number in table order, edges both ways. Built once per plan version, read by everything. Spec 4.1. */
import type { TaskId } from '../ids.ts';
import type { Task } from '../plan.ts';
import { isSettled } from '../row-status.ts';

export interface PlanGraph {
  /** `tasks[n]` is the task with number n, in table order. */
  readonly tasks: readonly Task[];
  /** Numbers of the tasks that task n needs, within this graph. */
  readonly needs: readonly (readonly number[])[];
  /** Numbers of the tasks that need task n. */
  readonly dependents: readonly (readonly number[])[];
  /** Workspace names of the rows that are not settled, in table order; no duplicates. */
  readonly repos: readonly string[];
}

/** Needs that name a task outside `tasks` are left out: earlier phases are satisfied before a phase opens. Linear in tasks and edges. */
export function buildGraph(tasks: readonly Task[]): PlanGraph {
  const numbers = new Map<TaskId, number>(tasks.map((task, number) => [task.id, number]));
  const dependents: number[][] = tasks.map(() => []);
  const needs = tasks.map((task, number) => {
    const inside = task.needs.map((id) => numbers.get(id)).filter((need) => need !== undefined);
    for (const need of inside) dependents[need]?.push(number);
    return inside;
  });
  const open = tasks.filter((task) => !isSettled(task.status));
  return { tasks, needs, dependents, repos: [...new Set(open.map((task) => task.repo))] };
}
