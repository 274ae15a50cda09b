/**
 * A decision in the making: the state so far and the commands so far. One draft lives inside one call of decide();
 * the states in it are never changed, only replaced.
 */
import { opId, type OpId, type TaskId } from '../ids.ts';
import type { Task, WrittenCells } from '../plan.ts';
import { invariant } from '../result.ts';
import { isLegalEdge, isSatisfied, type RowStatus } from '../row-status.ts';
import { addUsage, type TokenUsage, totalTokens } from '../usage.ts';
import type { Command, Notice } from './commands.ts';
import { withReady } from './order.ts';
import type { Attempt, PhaseState, TaskState, TaskTally } from './state.ts';

export interface Draft {
  state: PhaseState;
  /** Workflow time of the event. */
  readonly at: string;
  readonly commands: Command[];
}

export type Claimed = TaskState & { readonly kind: 'claimed' };

export function update(draft: Draft, change: Partial<PhaseState>): void {
  draft.state = { ...draft.state, ...change };
}

export function rowOf(state: PhaseState, number: number): Task {
  const row = state.graph.tasks[number];
  invariant(row, `no task has number ${number}`);
  return row;
}

export function taskAt(state: PhaseState, number: number): TaskState {
  const task = state.tasks[number];
  invariant(task, `no task has number ${number}`);
  return task;
}

export function claimedAt(state: PhaseState, number: number): Claimed {
  const task = taskAt(state, number);
  invariant(task.kind === 'claimed', `task ${rowOf(state, number).id} is not claimed`);
  return task;
}

export function numberOf(state: PhaseState, id: TaskId): number | undefined {
  const number = state.graph.tasks.findIndex((task) => task.id === id);
  return number === -1 ? undefined : number;
}

/** A copy of the list with one entry replaced. */
export function withEntry<T>(list: readonly T[], index: number, entry: T): readonly T[] {
  const copy = list.slice();
  copy[index] = entry;
  return copy;
}

export function setTask(draft: Draft, number: number, task: TaskState): void {
  update(draft, { tasks: withEntry(draft.state.tasks, number, task) });
}

export function setAttempt(draft: Draft, number: number, attempt: Attempt): void {
  setTask(draft, number, { ...claimedAt(draft.state, number), attempt });
}

export function setTally(draft: Draft, number: number, change: Partial<TaskTally>): void {
  const task = taskAt(draft.state, number);
  setTask(draft, number, { ...task, tally: { ...task.tally, ...change } });
}

/** Replaces the row as this phase knows it; edges stay. */
export function setRow(draft: Draft, number: number, row: Task): void {
  update(draft, { graph: { ...draft.state.graph, tasks: withEntry(draft.state.graph.tasks, number, row) } });
}

export function withCells(row: Task, cells: WrittenCells): Task {
  const entries = Object.entries({ ...row, ...cells }).filter(([key, value]) => value !== '' || !(key in cells));
  return Object.fromEntries(entries) as unknown as Task;
}

/** Counts tokens for the task and for the run. */
export function countUsage(draft: Draft, number: number, usage: TokenUsage | undefined): void {
  if (usage === undefined) return;
  setTally(draft, number, { used: addUsage(taskAt(draft.state, number).tally.used, usage) });
  update(draft, { run: { ...draft.state.run, spent: addUsage(draft.state.run.spent, usage) } });
}

/** The `used` cell: what stood in the row before this run, and this run's own. */
export function usedOf(tally: TaskTally): number {
  return tally.usedBefore + totalTokens(tally.used);
}

export function tell(draft: Draft, notice: Notice): void {
  draft.commands.push({ kind: 'notify', notice });
}

/** Told once per phase: for a notice whose cause is looked at again at every event. */
export function tellOnce(draft: Draft, notice: Notice): void {
  if (draft.state.told.includes(notice.key)) return;
  update(draft, { told: [...draft.state.told, notice.key] });
  tell(draft, notice);
}

/** Queues a transition, and takes its cells into the row as this phase knows it. */
export function queueTransition(
  draft: Draft,
  number: number,
  change: { readonly name: string; readonly to: RowStatus; readonly cells?: WrittenCells },
): OpId {
  const { state, at } = draft;
  const row = rowOf(state, number);
  const { attempts: attempt, reopened } = taskAt(state, number).tally;
  invariant(isLegalEdge(row.status, change.to), `${row.id}: ${row.status} to ${change.to} is no legal edge`);
  const op = opId({ run: state.run.run, task: row.id, attempt, reopened, name: change.name });
  const cells = { status: change.to, ...change.cells };
  const transition = { op, task: row.id, attempt, from: row.status, to: change.to, at, cells, base: state.run.tip };
  update(draft, { queued: [...state.queued, transition] });
  setRow(draft, number, withCells(row, cells));
  return op;
}

/** Puts a task in another kind and keeps `ready`, `claimed` and the dependents' counts true. */
export function place(draft: Draft, number: number, task: TaskState): void {
  const before = taskAt(draft.state, number);
  setTask(draft, number, task);
  if (isReady(before) !== isReady(task)) changeReady(draft, number, isReady(task));
  const others = draft.state.claimed.filter((other) => other !== number);
  if (before.kind === 'claimed' || task.kind === 'claimed')
    update(draft, { claimed: task.kind === 'claimed' ? [...others, number] : others });
  if (satisfies(task) !== satisfies(before)) shiftDependents(draft, number, satisfies(task) ? -1 : 1);
}

function isReady(task: TaskState): boolean {
  return task.kind === 'idle' && task.missing === 0;
}

function changeReady(draft: Draft, number: number, isIn: boolean): void {
  const others = draft.state.ready.filter((other) => other !== number);
  update(draft, { ready: isIn ? withReady(draft.state, others, [number]) : others });
}

function shiftDependents(draft: Draft, number: number, by: 1 | -1): void {
  const tasks = draft.state.tasks.slice();
  const more: number[] = [];
  const fewer = new Set<number>();
  for (const dependent of draft.state.graph.dependents[number] ?? []) {
    const task = tasks[dependent];
    if (task?.kind !== 'idle') continue;
    const missing = task.missing + by;
    tasks[dependent] = { ...task, missing };
    if (missing === 0) more.push(dependent);
    if (task.missing === 0) fewer.add(dependent);
  }
  const left = fewer.size === 0 ? draft.state.ready : draft.state.ready.filter((ready) => !fewer.has(ready));
  update(draft, { tasks, ready: withReady(draft.state, left, more) });
}

export function satisfies(task: TaskState): boolean {
  return task.kind === 'settled' && isSatisfied(task.as);
}

/** Needs of a task within the phase that are not satisfied. */
export function missingOf(state: PhaseState, number: number): number {
  return (state.graph.needs[number] ?? []).filter((need) => !satisfies(taskAt(state, need))).length;
}
