/** The guide's session summary, written when the history is compacted. Spec 10. */
import type { PhaseState } from '../domain/decide/state.ts';
import { usedOf } from '../domain/decide/draft.ts';
import { statusOf } from '../domain/decide/wait-reason.ts';
import { tokens } from './amounts.ts';

/** Ids written out in one line; the rest is a number. */
const namedMax = 20;

export interface SessionSummaryInput {
  readonly state: PhaseState;
  /** Share of the history's budget in use, 0 to 1 or more. */
  readonly used: number;
  /** Ids of the phases that follow. */
  readonly laterPhases: readonly string[];
}

/** `Completed: … Quality: … Remaining: … Next: … Expected: …`, one line each. */
export function sessionSummary({ state, used, laterPhases }: SessionSummaryInput): string {
  const percent = Math.round(used * 100);
  return [
    `Session Summary (Compacting at ${percent}%):`,
    `Completed: ${completed(state)}`,
    `Quality: ${quality(state)}`,
    `Remaining: ${remaining(state, laterPhases)}`,
    `Next: ${next(state)}`,
    `Expected: History drops from ${percent}% to what ${state.claimed.length} running tasks need.`,
  ].join('\n');
}

function completed(state: PhaseState): string {
  return named(
    state.tasks.flatMap((task, number) => {
      const id = state.graph.tasks[number]?.id;
      if (id === undefined || statusOf(task) !== 'done') return [];
      const total = usedOf(task.tally);
      return total === 0 ? id : `${id} (${tokens(total)})`;
    }),
  );
}

function quality(state: PhaseState): string {
  const bad = idsWith(state, ['failed', 'blocked']);
  if (bad.length === 0) return 'every landed commit passed its gates; nothing failed';
  return `every landed commit passed its gates; not done: ${named(bad)}`;
}

function remaining(state: PhaseState, laterPhases: readonly string[]): string {
  const ready = new Set(state.ready.map((number) => state.graph.tasks[number]?.id));
  const open = idsWith(state, ['in-progress', 'not-started']).map((id) => (ready.has(id) ? `${id} (ready)` : id));
  const later = laterPhases.length === 0 ? '' : `; phases ${laterPhases.join(', ')}`;
  return `${named(open)}${later}`;
}

function next(state: PhaseState): string {
  const [first] = [...state.ready, ...state.claimed];
  return first === undefined ? 'nothing is ready' : (state.graph.tasks[first]?.id ?? '');
}

function idsWith(state: PhaseState, statuses: readonly string[]) {
  return state.graph.tasks.flatMap((row, number) => {
    const task = state.tasks[number];
    return task !== undefined && statuses.includes(statusOf(task)) ? row.id : [];
  });
}

function named(ids: readonly string[]): string {
  if (ids.length === 0) return 'none';
  const more = ids.length > namedMax ? ` and ${ids.length - namedMax} more` : '';
  return ids.slice(0, namedMax).join(', ') + more;
}
