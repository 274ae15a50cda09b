/** What the plan itself says of a task that the open phase does not know, or when no run is open. */
import { nearest } from '../../domain/nearest.ts';
import type { TaskId } from '../../domain/ids.ts';
import type { Phase, Plan, Task } from '../../domain/plan.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import { Refusal } from '../refusal.ts';

export interface PlacedTask {
  readonly phase: Phase;
  readonly task: Task;
}

/** The task and its phase; refuses an unknown id with the nearest one. */
export function findTask(plan: Plan, id: TaskId): PlacedTask {
  for (const phase of plan.phases) {
    const task = phase.tasks.find((candidate) => candidate.id === id);
    if (task !== undefined) return { phase, task };
  }
  throw unknownTask(
    id,
    plan.phases.flatMap((phase) => phase.tasks.map((task) => task.id)),
  );
}

/** `open`: id of the phase under way; missing when no run is open. */
export function whyFromPlan(plan: Plan, { phase, task }: PlacedTask, open: string | undefined): string {
  const notes = task.notes === undefined || task.notes === '' ? '' : ` ${task.notes}`;
  if (isSatisfied(task.status)) return `${task.id} is ${task.status}.${notes}`;
  const run = open === undefined ? `; no run is open` : '';
  const earlier = plan.phases.filter((other) => Number(other.id) < Number(phase.id)).flatMap(unsatisfied);
  const own = task.needs.filter((need) => unsatisfied(phase).some((other) => other.id === need));
  const waits =
    earlier.length > 0
      ? ` It is in phase ${phase.id} (${phase.title}), which opens when the phases before are done: ${listed(earlier)}.`
      : own.length > 0
        ? ` It waits for ${own.join(', ')}.`
        : '';
  return `${task.id} is ${task.status}${run}.${waits}${notes}`;
}

function unsatisfied(phase: Phase): readonly Task[] {
  return phase.tasks.filter((task) => !isSatisfied(task.status));
}

const listedMax = 5;

function listed(tasks: readonly Task[]): string {
  const names = tasks.slice(0, listedMax).map((task) => `${task.id} is ${task.status}`);
  const more = tasks.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function unknownTask(id: string, known: readonly string[]): Refusal {
  const near = nearest(id, known);
  return new Refusal(
    `Unexpected task "${id}", expected an id of the plan.`,
    near === undefined ? [] : [`Did you mean ${near}?`],
  );
}
