/** Two versions of a plan file -> what people changed, as PlanChange[]. Spec 3.4. */
import type { TaskId } from '../domain/ids.ts';
import { isTaskId } from '../domain/ids.ts';
import type { PlanChange } from '../domain/plan.ts';
import type { PlanDocument } from './document.ts';
import { changedCells, rowsById, statusOf } from './row-at.ts';

/** In table order of `after`, removed rows last. A row whose status and text changed gives both; padding and order are no change. */
export function planChanges(before: PlanDocument, after: PlanDocument): readonly PlanChange[] {
  const [old, now] = [rowsById(before), rowsById(after)];
  const changes: PlanChange[] = [];
  for (const id of ids(now)) {
    if (!old.has(id)) changes.push({ kind: 'row-added', task: id });
    else changes.push(...changesOf(before, after, id));
  }
  for (const id of ids(old)) if (!now.has(id)) changes.push({ kind: 'row-removed', task: id });
  return changes;
}

function ids(rows: ReadonlyMap<string, unknown>): TaskId[] {
  return [...rows.keys()].filter(isTaskId);
}

function changesOf(before: PlanDocument, after: PlanDocument, task: TaskId): PlanChange[] {
  const to = statusOf(after, task);
  const isStatusSet = to !== undefined && to !== statusOf(before, task);
  const isEdited = changedCells(before, after, task).some((column) => column !== 'status');
  return [
    ...(isStatusSet ? [{ kind: 'status-set', task, to } as const] : []),
    ...(isEdited ? [{ kind: 'row-edited', task } as const] : []),
  ];
}
