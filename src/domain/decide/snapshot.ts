/** What is carried over continue-as-new, and the state made of it again. */
import type { PhaseId } from '../ids.ts';
import type { Task } from '../plan.ts';
import { initialState, type PhaseSnapshot, type PhaseState, type TaskState } from './state.ts';

export type { PhaseSnapshot } from './state.ts';

/** Running attempts and exceptions as JSON. What is running, the push and the timers under way stay so: the next execution adopts, repeats and sets them. */
export function toSnapshot(state: PhaseState): PhaseSnapshot {
  if (!state.opened && state.carried !== undefined) return { ...state.carried, run: state.run };
  const queuedTasks = new Set<string>(state.queued.map((transition) => transition.task));
  const tasks: Record<string, TaskState> = {};
  const given: Record<string, Task> = {};
  state.graph.tasks.forEach((task, number) => {
    const own = state.tasks[number];
    if (own === undefined) return;
    if (queuedTasks.has(task.id) || isException(own)) tasks[task.id] = own;
    if (own.kind === 'claimed') given[task.id] = task;
  });
  return {
    run: state.run,
    tasks,
    claimed: state.claimed.flatMap((number) => state.graph.tasks[number]?.id ?? []),
    queued: state.queued,
    publishing: state.publishing,
    timers: state.timers,
    told: state.told,
    given,
    ...(state.lastPublishAt === undefined ? {} : { lastPublishAt: state.lastPublishAt }),
  };
}

/** The state before the rows are seen again: nothing is frozen any more, nothing starts until then. */
export function fromSnapshot(
  snapshot: PhaseSnapshot,
  phase: { readonly phase: PhaseId; readonly title: string },
): PhaseState {
  const { run, queued, publishing, timers, lastPublishAt, told } = snapshot;
  return {
    ...initialState({ run, ...phase }),
    // A running base gate is adopted or repeated, unlike that of an earlier phase.
    run,
    queued,
    publishing,
    timers,
    told: told ?? [],
    carried: snapshot,
    ...(lastPublishAt === undefined ? {} : { lastPublishAt }),
  };
}

/** What the row alone does not tell. */
function isException({ kind, tally }: TaskState): boolean {
  if (kind === 'claimed' || tally.hasUnwritten === true) return true;
  if (kind === 'settled') return false;
  return tally.attempts > 0 || tally.approved.length > 0;
}
