/**
 * The rows at a tip: the first ones of an execution, and what people changed since. A row is compared with what this
 * phase knows and has queued: its own transitions on their way are never overruled by an older file, a person's
 * value always counts. Rows are known by id; numbers are given anew.
 */
import { cellLine } from '../failure-line.ts';
import { buildGraph } from '../graph/plan-graph.ts';
import type { PlanChange, RowHistory, Task } from '../plan.ts';
import { isSettled } from '../row-status.ts';
import { noUsage } from '../usage.ts';
import { type Draft, rowOf, setTally, taskAt, update, withCells } from './draft.ts';
import { yieldTo } from './endings.ts';
import type { Event } from './events.ts';
import { recount, withWritten } from './newer-rows.ts';
import type { PhaseState, TaskState, TaskTally } from './state.ts';
import { claim, settleDone } from './transitions.ts';
import { statusOf } from './wait-reason.ts';

type PlanSeen = Event & { readonly kind: 'plan-seen' };

export function onPlanSeen(draft: Draft, event: PlanSeen): void {
  const before = draft.state;
  const known = knownTasks(before);
  const { planProblem: _problem, carried: _carried, ...rest } = before;
  draft.state = { ...rest, opened: true, title: event.phase.title, run: { ...before.run, tip: event.tip } };
  takeRows(draft, event, { known, claimed: claimedIds(before) });
  // The rows seen come first in the graph, so their place is their number.
  for (const [number, task] of event.phase.tasks.entries()) compareRow(draft, event, task, number);
  recount(draft);
  for (const [number, task] of event.phase.tasks.entries())
    if (!known.has(task.id)) takeBack(draft, number, event.histories[task.id]);
  const seen = new Set<string>(event.phase.tasks.map((task) => task.id));
  for (const id of known.keys()) if (!seen.has(id)) dropRemoved(draft, id);
}

export function onPlanInvalid(draft: Draft, event: Event & { readonly kind: 'plan-invalid' }): void {
  const errors = event.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const [first] = errors;
  const words =
    first === undefined ? 'it cannot be read' : `${first.file}:${first.line}:${first.column} ${first.message}`;
  update(draft, { planProblem: { tip: event.tip, count: Math.max(1, errors.length), first: cellLine(words) } });
}

interface Known {
  readonly task: TaskState;
  /** As this phase knows it; missing right after a continue-as-new. */
  readonly row?: Task;
  /** What the running attempt was given, where a person has edited the row since. */
  readonly given?: Task;
}

/** What is known by task id, before the rows are taken. */
function knownTasks(state: PhaseState): ReadonlyMap<string, Known> {
  if (state.carried !== undefined) {
    const { tasks, given } = state.carried;
    return new Map(
      Object.entries(tasks).map(([id, task]) => {
        const old = given?.[id];
        return [id, { task, ...(old === undefined ? {} : { given: old }) }];
      }),
    );
  }
  return new Map(state.graph.tasks.map((row, number) => [row.id, { task: taskAt(state, number), row }]));
}

/** The claimed tasks in order of claim: of this execution, or of the one before. */
function claimedIds(state: PhaseState): readonly string[] {
  if (state.carried !== undefined) return state.carried.claimed;
  return state.claimed.map((number) => rowOf(state, number).id);
}

/** Takes the rows with what is known of them; nothing of a person's status counts yet. */
function takeRows(
  draft: Draft,
  event: PlanSeen,
  {
    known,
    claimed: claimedBefore,
  }: { readonly known: ReadonlyMap<string, Known>; readonly claimed: readonly string[] },
): void {
  const ids = new Set<string>(event.phase.tasks.map((task) => task.id));
  const newer: Record<string, Task> = {};
  const rows = event.phase.tasks.map((task) => {
    const row = known.get(task.id);
    const kept = withQueued(draft.state, row === undefined ? task : knownRow(row, task));
    const old = row?.given ?? (row?.task.kind === 'claimed' ? row.row : undefined);
    if (old === undefined || isSameText(old, task)) return kept;
    newer[task.id] = task;
    return withWritten(old, kept);
  });
  // A removed row is kept until its attempt has ended; its edges are gone.
  const ghosts = [...known].flatMap(([id, { task, row, given }]) => {
    const old = row ?? given;
    return !ids.has(id) && task.kind === 'claimed' && old !== undefined ? [{ ...old, needs: [] }] : [];
  });
  const all = [...rows, ...ghosts];
  const tasks = all.map((row) => known.get(row.id)?.task ?? newTask(row, event.histories[row.id]));
  const numbers = new Map<string, number>(all.map((row, number) => [row.id, number]));
  const claimed = claimedBefore.flatMap((id) => numbers.get(id) ?? []);
  const queued = draft.state.queued.filter((transition) => numbers.has(transition.task));
  // `ready` is counted anew once every row has been compared.
  update(draft, { graph: buildGraph(all), tasks, claimed, newer, queued, ready: [] });
}

/** The seen text with the status this phase knows; other cells as seen, because others of ours may be among them. */
function knownRow({ task, row }: Known, seen: Task): Task {
  const status = statusOf(task);
  return seen.status === status ? seen : withWritten(seen, { ...(row ?? seen), status });
}

/** Cells on their way to the remote. */
function withQueued(state: PhaseState, row: Task): Task {
  return state.queued
    .filter((transition) => transition.task === row.id)
    .reduce((sum, transition) => withCells(sum, transition.cells), row);
}

function newTask(row: Task, history: RowHistory | undefined): TaskState {
  const tally: TaskTally = {
    attempts: history?.attempts ?? 0,
    spent: 0,
    conflicts: 0,
    reopened: history?.reopened ?? 0,
    used: noUsage,
    usedBefore: row.used ?? 0,
    approved: [],
    note: row.notes ?? '',
  };
  if (isSettled(row.status)) return { kind: 'settled', tally, as: row.status };
  return row.status === 'in-progress' ? { kind: 'theirs', tally } : { kind: 'idle', tally, missing: 0 };
}

/** A person's status of a row that was known before. */
function compareRow(draft: Draft, event: PlanSeen, seen: Task, number: number): void {
  const { state } = draft;
  const task = taskAt(state, number);
  const history = event.histories[seen.id];
  if (history !== undefined && history.reopened > task.tally.reopened)
    setTally(draft, number, { reopened: history.reopened });
  if (seen.status === statusOf(task) || state.queued.some((transition) => transition.task === seen.id)) return;
  if (isPast(state, task, seen, history) && !isNamed(event.changes, seen)) return;
  // Anything else a person writes into a running row is met, and told, when this program writes there.
  if (task.kind === 'claimed' && (seen.status === 'failed' || seen.status === 'blocked')) return;
  yieldTo(draft, number, seen.status);
}

/** Whether the row shows an earlier act of this run rather than a person's: its file is older than the last push. */
function isPast(state: PhaseState, task: TaskState, seen: Task, history: RowHistory | undefined): boolean {
  const { tally } = task;
  if (seen.status === 'in-progress') return history?.claimedBy === state.run.run;
  if (task.kind === 'claimed') return (history?.attempts ?? 0) < task.attempt.number;
  return task.kind === 'idle' && isSettled(seen.status) && (history?.reopened ?? 0) < tally.reopened;
}

function isNamed(changes: readonly PlanChange[], seen: Task): boolean {
  return changes.some((change) => change.kind === 'status-set' && change.task === seen.id && change.to === seen.status);
}

/** A row that a run of ours claimed and left: its landed work is written, else it is worked on again. Spec 3.6. */
function takeBack(draft: Draft, number: number, history: RowHistory | undefined): void {
  if (taskAt(draft.state, number).kind !== 'theirs' || history?.claimedBy === undefined) return;
  if (history.landed !== undefined) return settleDone(draft, number, history.landed);
  claim(draft, number, `attempt ${history.attempts} was interrupted`);
}

/** Only a removed row with an attempt is still in the graph. */
function dropRemoved(draft: Draft, id: string): void {
  const number = draft.state.graph.tasks.findIndex((task) => task.id === id);
  if (number !== -1) yieldTo(draft, number, 'skipped');
}

/** Whether nothing that a person writes differs. */
function isSameText(a: Task, b: Task): boolean {
  return textKey(a) === textKey(b);
}

function textKey({ id, description, issue, repo, branch, needs, estimate, priority, approve, extra }: Task): string {
  const extras = Object.entries(extra).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    id,
    description,
    issue,
    repo,
    branch,
    needs,
    estimate ?? null,
    priority ?? null,
    approve,
    extras,
  ]);
}
