/**
 * What the publisher asks of a transition on one tip: is it there already, and is it still right?
 *   K1 Performed means a commit since its base with the exact trailer that really makes the change; or no byte would change.
 *   K2 A person wins: any cell that it would write and that somebody else changed since its base is a conflict.
 *   K3 A claim needs its needs satisfied in the very file it is written into, earlier transitions of the push included.
 */
import type { Git, LoggedCommit } from '../adapters/git/port.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import type { PublishConflict } from '../domain/decide/events.ts';
import type { CommitSha, RunId, TaskId } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';
import { isSatisfied } from '../domain/row-status.ts';
import type { Transition } from '../domain/transition.ts';
import { applyTransition } from '../plan-format/apply-transition.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';
import type { PlanDocument } from '../plan-format/document.ts';
import { changedCells, performs, statusOf } from '../plan-format/row-at.ts';
import { foreignCommits } from './plan-commits.ts';
import type { ReadPlan } from './plan-at.ts';

export interface OnTip {
  readonly git: Git;
  readonly plan: PlanSettings;
  readonly run: RunId;
  readonly tip: CommitSha;
  readonly read: ReadPlan;
  /** The rows at the tip, for needs. */
  readonly rows: Plan;
}

export type Checked =
  | { readonly kind: 'performed' }
  | { readonly kind: 'conflict'; readonly conflict: PublishConflict }
  | { readonly kind: 'write'; readonly document: PlanDocument };

/** `document`: the file with the earlier transitions of this push written. `refused`: the conflict of an earlier one of the same row. */
export async function check(
  on: OnTip,
  transition: Transition,
  document: PlanDocument,
  refused: PublishConflict | undefined,
): Promise<Checked> {
  if (await isPerformed(on, transition)) return { kind: 'performed' };
  if (refused !== undefined) return conflict(transition, refused);
  const found = statusOf(document, transition.task);
  if (found !== transition.from) return onOtherStatus(on, transition, document);
  const changed = await changedByOthers(on, transition);
  if (changed !== undefined) return conflict(transition, { found, ...changed });
  const undone = undoneNeed(on.rows, transition, document);
  if (undone !== undefined) {
    const detail = `${transition.task} needs ${undone}, which is ${statusOf(document, undone) ?? 'removed'}.`;
    return conflict(transition, { found, kind: 'needs-undone', detail });
  }
  const applied = applyTransition(document, transition);
  if (!applied.ok) return conflict(transition, { found, kind: 'cell-changed', detail: applied.error.why });
  return applied.value.text === document.text ? { kind: 'performed' } : { kind: 'write', document: applied.value };
}

/** The status is not what the run thought. What a person may set at any time ends one attempt; anything else is for a person to resolve. */
function onOtherStatus(on: OnTip, transition: Transition, document: PlanDocument): Checked {
  const { task, from, to } = transition;
  const found = statusOf(document, task);
  if (found === to) {
    const applied = applyTransition(document, { ...transition, from: to });
    if (applied.ok && applied.value.text === document.text) return { kind: 'performed' };
  }
  const isPersons = found === undefined || found === 'done' || found === 'skipped' || found === 'not-started';
  return conflict(transition, {
    found: found ?? 'removed',
    kind: isPersons ? 'person-set' : 'cell-changed',
    detail:
      `${task}: this run would write status ${from} → ${to}, but the row on ${on.plan.branch} ` +
      (found === undefined ? 'was removed.' : `says ${found}.`),
  });
}

function conflict(transition: Transition, what: Pick<PublishConflict, 'found' | 'kind' | 'detail'>): Checked {
  const { found, kind, detail } = what;
  return { kind: 'conflict', conflict: { op: transition.op, task: transition.task, found, kind, detail } };
}

async function isPerformed(on: OnTip, transition: Transition): Promise<boolean> {
  const { base, op } = transition;
  if (base === on.tip) return false;
  for (const commit of await opCommits(on, base)) {
    if (parseTrailers(commit.message).ops.includes(op) && (await makes(on, commit, transition))) return true;
  }
  return false;
}

/** Of all runs, so that a forged trailer is seen and judged by what it does. */
function opCommits(on: OnTip, after: CommitSha): Promise<readonly LoggedCommit[]> {
  return on.git.log({ after, upTo: on.tip, grep: `Tallyman-Op: ` });
}

async function makes(on: OnTip, commit: LoggedCommit, transition: Transition): Promise<boolean> {
  const [parent] = commit.parents;
  if (parent === undefined) return false;
  const [before, after] = [await on.read(parent), await on.read(commit.commit)];
  return before.kind === 'valid' && after.kind === 'valid' && performs(before.document, after.document, transition);
}

async function changedByOthers(
  on: OnTip,
  transition: Transition,
): Promise<Pick<PublishConflict, 'kind' | 'detail'> | undefined> {
  const written = writtenColumns(transition);
  const range = { after: transition.base, upTo: on.tip };
  for (const commit of await foreignCommits(on.git, on.plan, on.run, range)) {
    const after = await on.read(commit.commit);
    if (after.kind !== 'valid') continue;
    const before = await validBefore(on, commit);
    if (before === undefined) continue;
    const column = changedCells(before, after.document, transition.task).find((name) => written.has(name));
    if (column === undefined) continue;
    const detail =
      `${transition.task}: this run would write ${column} (${valueOf(transition, column)}), but commit ` +
      `${commit.commit.slice(0, 12)} by ${commit.author.name} changed that cell meanwhile.`;
    return { kind: 'cell-changed', detail };
  }
  return undefined;
}

/** How far back a readable version is looked for behind versions that nobody could read. */
const unreadableMax = 50;

/** The newest readable version before a commit, on its own line. */
async function validBefore(on: OnTip, commit: LoggedCommit): Promise<PlanDocument | undefined> {
  let parent = commit.parents[0];
  for (let steps = 0; parent !== undefined && steps < unreadableMax; steps += 1) {
    const plan = await on.read(parent);
    if (plan.kind === 'valid') return plan.document;
    const [logged]: readonly LoggedCommit[] = await on.git.log({ upTo: parent, max: 1 });
    parent = logged?.parents[0];
  }
  return undefined;
}

function writtenColumns(transition: Transition): ReadonlySet<string> {
  const { cells } = transition;
  const columns = new Set<string>();
  if (transition.from !== transition.to) columns.add('status');
  if (cells.agent !== undefined) columns.add('agent');
  if (cells.startedAt !== undefined) columns.add('started_at');
  if (cells.completedAt !== undefined) columns.add('completed_at');
  if (cells.used !== undefined) columns.add('used');
  if (cells.notes !== undefined) columns.add('notes');
  return columns;
}

function valueOf({ cells, from, to }: Transition, column: string): string {
  const values: Readonly<Record<string, string | number | undefined>> = {
    status: `${from} → ${to}`,
    agent: cells.agent,
    started_at: cells.startedAt,
    completed_at: cells.completedAt,
    used: cells.used,
    notes: cells.notes,
  };
  return JSON.stringify(values[column] ?? '');
}

function undoneNeed(rows: Plan, transition: Transition, document: PlanDocument): TaskId | undefined {
  if (transition.from !== 'not-started' || transition.to !== 'in-progress') return undefined;
  const row = rows.phases.flatMap((phase) => phase.tasks).find((task) => task.id === transition.task);
  return row?.needs.find((need) => {
    const status = statusOf(document, need);
    return status === undefined || !isSatisfied(status);
  });
}

/** The conflicts of a push by row, so that what follows on the same row is not written either. */
export function conflictOf(conflicts: readonly PublishConflict[], task: TaskId): PublishConflict | undefined {
  return conflicts.find((earlier) => earlier.task === task);
}
