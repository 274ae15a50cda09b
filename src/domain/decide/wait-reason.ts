/** Why a task does not run, as data: one true reason at a time. The words are made in views/why.ts. Spec 4.5. */
import type { TaskId } from '../ids.ts';
import { invariant, unreachable } from '../result.ts';
import type { RowStatus } from '../row-status.ts';
import type { NeedsLink, WaitReason } from './commands.ts';
import { type Claimed, numberOf, rowOf, satisfies, taskAt } from './draft.ts';
import { type Hold, holdOfClaim, holdOfStep } from './holds.ts';
import type { PhaseState, TaskState } from './state.ts';

/** A longer chain of needs is cut: its end is what matters, and a report must stay small. */
const chainMax = 10;

/** Why this task does not run now, or how it runs or ended. The task must be one of the phase. */
export function waitReason(state: PhaseState, task: TaskId, at: string): WaitReason {
  const number = numberOf(state, task);
  invariant(number !== undefined, `the phase has no task ${task}`);
  return reasonAt(state, number, at);
}

export function reasonAt(state: PhaseState, number: number, at: string): WaitReason {
  return { task: rowOf(state, number).id, ...holdAt(state, number, at) };
}

/** The word that stands, or will stand once all is published, in the row. */
export function statusOf(task: TaskState): RowStatus {
  switch (task.kind) {
    case 'idle':
      return 'not-started';
    case 'claimed':
    case 'theirs':
      return 'in-progress';
    case 'settled':
      return task.as;
    default:
      return unreachable(task);
  }
}

function holdAt(state: PhaseState, number: number, at: string): Hold {
  const task = taskAt(state, number);
  switch (task.kind) {
    case 'settled':
      return { kind: 'settled', as: task.as, note: task.tally.note };
    case 'theirs':
      return { kind: 'theirs' };
    case 'claimed':
      return holdOfClaimed(state, number, task, at);
    case 'idle':
      if (task.missing > 0) return { kind: 'needs', chain: chainFrom(state, number) };
      return holdOfClaim(state, number, at) ?? slots(state, state.ready.indexOf(number));
    default:
      return unreachable(task);
  }
}

function holdOfClaimed(state: PhaseState, number: number, { attempt }: Claimed, at: string): Hold {
  const { step, agent, startedAt: since } = attempt;
  if (attempt.stepIs === 'ending' || attempt.ending !== undefined) return { kind: 'ending' };
  if (attempt.stepIs === 'running') return { kind: 'running', step, attempt: attempt.number, agent, since };
  return holdOfStep(state, number, at) ?? slots(state, 0);
}

function slots(state: PhaseState, ahead: number): Hold {
  return { kind: 'slots', concurrency: state.run.policy.concurrency, ahead: Math.max(0, ahead) };
}

/** From the first unsatisfied need down to the one that everything waits for; a failed one is followed before others. */
function chainFrom(state: PhaseState, from: number): readonly NeedsLink[] {
  const chain: NeedsLink[] = [];
  const seen = new Set([from]);
  let next = worstNeed(state, from, seen);
  while (next !== undefined && chain.length < chainMax) {
    seen.add(next);
    const task = taskAt(state, next);
    const { note } = task.tally;
    const isOver = task.kind === 'settled' && note !== '';
    chain.push({ task: rowOf(state, next).id, status: statusOf(task), ...(isOver ? { note } : {}) });
    next = task.kind === 'idle' && task.missing > 0 ? worstNeed(state, next, seen) : undefined;
  }
  return chain;
}

function worstNeed(state: PhaseState, number: number, seen: ReadonlySet<number>): number | undefined {
  const open = (state.graph.needs[number] ?? []).filter((need) => !seen.has(need) && !satisfies(taskAt(state, need)));
  return open.find((need) => taskAt(state, need).kind === 'settled') ?? open[0];
}
