/** What the plan itself says of a task when no phase is open to ask. */
import { nearest } from '../../domain/nearest.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import type { TaskId } from '../../domain/ids.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';
import type { FoundRun } from './find-run.ts';
import { readRemotePlan } from './remote-plan.ts';

export async function whyWithoutPhase(context: Context, found: FoundRun, id: TaskId): Promise<string> {
  const { plan } = await readRemotePlan(context, found);
  const tasks = plan.phases.flatMap((phase) => phase.tasks);
  const task = tasks.find((candidate) => candidate.id === id);
  if (task === undefined)
    throw unknownTask(
      id,
      tasks.map((candidate) => candidate.id),
    );
  const statuses = new Map(tasks.map((candidate) => [candidate.id, candidate.status]));
  const waits = task.needs.filter((need) => !isSatisfied(statuses.get(need) ?? 'not-started'));
  const because = waits.map((need) => `${need} (${statuses.get(need) ?? 'missing'})`).join(', ');
  const notes = task.notes === undefined ? '' : ` ${task.notes}`;
  return `${id} is ${task.status}; no run is open.${because === '' ? '' : ` It waits for ${because}.`}${notes}`;
}

export function unknownTask(id: string, known: readonly string[]): Refusal {
  const near = nearest(id, known);
  return new Refusal(
    `Unexpected task "${id}", expected an id of the plan.`,
    near === undefined ? [] : [`Did you mean ${near}?`],
  );
}
