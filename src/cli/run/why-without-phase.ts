/** What the plan itself says of a task that the open phase does not know, or when no run is open. */
import { nearest } from '../../domain/nearest.ts';
import type { Progress } from '../../contracts/progress.ts';
import type { Phase, Plan, Task } from '../../domain/plan.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import { minute } from '../../views/amounts.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';

export interface PlacedTask {
  readonly phase: Phase;
  readonly task: Task;
}

/** The task and its phase; refuses an unknown id with the nearest one. */
export function findTask(plan: Plan, id: string): PlacedTask {
  for (const phase of plan.phases) {
    const task = phase.tasks.find((candidate) => candidate.id === id);
    if (task !== undefined) return { phase, task };
  }
  throw unknownTask(
    id,
    plan.phases.flatMap((phase) => phase.tasks.map((task) => task.id)),
  );
}

/** What the open phase last said of the task, when it says anything. */
export function whyFromMemo(progress: Progress | undefined, id: string): string | undefined {
  const running = progress?.running.find(({ task }) => task === id);
  if (running !== undefined)
    return `${id} is in progress: ${running.step}, attempt ${running.attempt}, agent ${running.agent}, since ${minute(running.since)}.`;
  const stuck = progress?.stuck.find(({ task }) => task === id);
  if (stuck !== undefined) return `${id} ${stuck.why}.`;
  return progress?.next.includes(id) === true ? `${id} is ready.` : undefined;
}

/** `open`: id of the phase under way; missing when no run is open. */
export function whyFromPlan(plan: Plan, { phase, task }: PlacedTask, open: string | undefined): string {
  const notes = task.notes === undefined || task.notes === '' ? '' : ` ${task.notes}`;
  if (isSatisfied(task.status))
    return notes === '' ? `${task.id} is ${task.status}.` : `${task.id} is ${task.status}:${notes}`;
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

function unknownTask(id: string, known: readonly string[]): Refusal {
  const near = nearestOf(id, known);
  const some = known.slice(0, listedMax).join(', ');
  const advice =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : known.length === 0
        ? 'The plan has no tasks.'
        : `Its ids are ${some}${known.length > listedMax ? ` and ${known.length - listedMax} more` : ''}.`;
  return new Refusal(`Unexpected task "${id}", expected an id of the plan.`, [advice], exitCodes.invalid);
}

const nearestMax = 3;

/** The nearest ids, the nearest first. */
function nearestOf(id: string, known: readonly string[]): readonly string[] {
  const near: string[] = [];
  for (let count = 0; count < nearestMax; count += 1) {
    const next = nearest(
      id,
      known.filter((candidate) => !near.includes(candidate)),
    );
    if (next === undefined) break;
    near.push(next);
  }
  return near;
}
