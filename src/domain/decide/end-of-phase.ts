/** Whether the phase is over, and how it ended. Spec 4.6. What a person or a clock can still lift is a wait, not an end. */
import { isSatisfied } from '../row-status.ts';
import type { PhaseEnd, WaitReason } from './commands.ts';
import { type Draft, claimedAt, satisfies, taskAt, update } from './draft.ts';
import { type Hold, holdOfClaim, holdOfStep } from './holds.ts';
import { redBases } from './on-base-gated.ts';
import type { PhaseState } from './state.ts';
import { reasonAt } from './wait-reason.ts';

/** Reasons in one report: with their chains they stay well below the size of a payload. */
const reasonsMax = 300;
/** Characters of a refusal's detail: names every red gate with the end of its output. */
const detailMax = 8000;

type Ending = PhaseEnd extends infer E ? (E extends PhaseEnd ? Omit<E, 'run'> : never) : never;

/** People are told of an end by the run, which knows the other phases. */
export function endIfOver(draft: Draft): void {
  const ending = endOf(draft.state, draft.at);
  if (ending === undefined) return;
  update(draft, { ended: true });
  draft.commands.push({ kind: 'end-phase', end: { ...ending, run: draft.state.run } });
}

function endOf(state: PhaseState, at: string): Ending | undefined {
  const { control } = state.run;
  if (state.refused !== undefined)
    return state.claimed.length === 0 ? { kind: 'refused', ...state.refused } : undefined;
  if (state.publishing > 0) return undefined;
  if (control.kind === 'stopping') return endOfStop(state, control);
  if (state.queued.length > 0 || state.planProblem !== undefined || state.frozen) return undefined;
  const held = heldByRedBase(state, at);
  if (held === 'something else goes on') return undefined;
  if (held === 'yes') return { kind: 'refused', why: 'base-red', detail: redBases(state).slice(0, detailMax) };
  return endOfRows(state, at);
}

/** While the plan cannot be read the rows cannot be put back; the next run takes them back. */
function endOfStop(state: PhaseState, { by, why }: { readonly by: string; readonly why: string }): Ending | undefined {
  if (state.claimed.length > 0) return undefined;
  if (state.queued.length > 0 && state.planProblem === undefined) return undefined;
  return { kind: 'stopped', why: why.trim() === '' ? `stopped by ${by}` : `stopped by ${by}: ${why}` };
}

/** Whether red bases are all that is left to wait for. Looks no further than the first thing that goes on. */
function heldByRedBase(state: PhaseState, at: string): 'yes' | 'no' | 'something else goes on' {
  let isAny = false;
  for (const number of state.claimed) {
    if (claimedAt(state, number).attempt.stepIs !== 'due' || !isRed(holdOfStep(state, number, at)))
      return 'something else goes on';
    isAny = true;
  }
  for (const number of state.ready) {
    const hold = holdOfClaim(state, number, at);
    // An unknown agent can be lifted by nothing that this run waits for.
    if (hold?.kind === 'agent-unknown') continue;
    if (!isRed(hold)) return 'something else goes on';
    isAny = true;
  }
  return isAny ? 'yes' : 'no';
}

function isRed(hold: Hold | undefined): boolean {
  return hold?.kind === 'base-gates' && hold.state === 'red';
}

function endOfRows(state: PhaseState, at: string): Ending {
  const numbers = state.tasks.map((_, number) => number);
  const unsatisfied = numbers.filter((number) => !satisfies(taskAt(state, number)));
  if (unsatisfied.length === 0) return { kind: 'completed' };
  const reasons: readonly WaitReason[] = unsatisfied.slice(0, reasonsMax).map((number) => reasonAt(state, number, at));
  const isOnlyFailed = unsatisfied.every((number) => {
    const task = taskAt(state, number);
    return task.kind === 'settled' && !isSatisfied(task.as) && task.as === 'failed';
  });
  return { kind: isOnlyFailed ? 'finished-with-failures' : 'deadlocked', reasons };
}
