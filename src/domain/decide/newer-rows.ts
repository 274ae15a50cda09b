/** New text and dependencies of claimed rows wait until the attempt that was given the old ones is over. Spec 3.4. */
import { buildGraph } from '../graph/plan-graph.ts';
import type { Task } from '../plan.ts';
import { type Draft, missingOf, rowOf, update } from './draft.ts';
import { inDispatchOrder } from './order.ts';
import type { PhaseState, TaskState } from './state.ts';

/** Takes up a row's newer text, if there is one; what this program writes stays as it knows it. */
export function takeNewer(draft: Draft, number: number): void {
  const row = rowOf(draft.state, number);
  const newer = draft.state.newer[row.id];
  if (newer === undefined) return;
  const rows = draft.state.graph.tasks.map((task) => (task.id === row.id ? withWritten(newer, row) : task));
  const rest = Object.entries(draft.state.newer).filter(([id]) => id !== row.id);
  update(draft, { graph: buildGraph(rows), newer: Object.fromEntries(rest) });
  recount(draft);
}

/** Rows whose attempt has ended since. */
export function takeAllNewer(draft: Draft): void {
  for (const id of Object.keys(draft.state.newer)) {
    const number = draft.state.graph.tasks.findIndex((task) => task.id === id);
    if (number !== -1 && draft.state.tasks[number]?.kind !== 'claimed') takeNewer(draft, number);
  }
}

/** Counts missing needs and the ready tasks anew: after the edges changed. */
export function recount(draft: Draft): void {
  const { state } = draft;
  const tasks = state.tasks.map((task, number) => withMissing(state, task, number));
  const isReady = (task: TaskState): boolean => task.kind === 'idle' && task.missing === 0;
  const ready = tasks.flatMap((task, number) => (isReady(task) ? number : []));
  update(draft, { tasks });
  update(draft, { ready: inDispatchOrder(draft.state, ready) });
}

/** The text a person wrote, with the cells that this program writes from another row. */
export function withWritten(text: Task, written: Task): Task {
  const { status: _s, agent: _a, startedAt: _b, completedAt: _c, used: _u, notes: _n, ...rest } = text;
  const { status, agent, startedAt, completedAt, used, notes } = written;
  return {
    ...rest,
    status,
    ...(agent === undefined ? {} : { agent }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(used === undefined ? {} : { used }),
    ...(notes === undefined ? {} : { notes }),
  };
}

function withMissing(state: PhaseState, task: TaskState, number: number): TaskState {
  if (task.kind !== 'idle') return task;
  const missing = missingOf(state, number);
  return missing === task.missing ? task : { ...task, missing };
}
