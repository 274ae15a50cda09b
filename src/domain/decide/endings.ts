/**
 * Ending an attempt before its own end: a step that runs is killed first, and only its proven end lets the ending
 * happen. A landing is never cut short, because its commits may be on the branch already.
 */
import { stepKey, type StepKey } from '../ids.ts';
import { isSettled, type RowStatus } from '../row-status.ts';
import { unreachable } from '../result.ts';
import { dueAgain } from './attempt.ts';
import {
  claimedAt,
  type Draft,
  missingOf,
  place,
  rowOf,
  setAttempt,
  setRow,
  setTally,
  taskAt,
  update,
} from './draft.ts';
import type { AttemptEnding, PhaseState } from './state.ts';
import { byLine, refreshAllowance, release, settleByFailure, settleSkipped } from './transitions.ts';

/** Asks for the end of a claimed task's attempt; at once when none of its steps runs. */
export function endAttempt(draft: Draft, number: number, ending: AttemptEnding): void {
  const { attempt } = claimedAt(draft.state, number);
  if (attempt.stepIs === 'due') return finishEnding(draft, number, ending);
  setAttempt(draft, number, { ...attempt, ending });
  if (attempt.stepIs === 'running' && attempt.step !== 'land') askEnd(draft, number);
}

/** The running step must be proven dead: the answer comes as its end. */
export function askEnd(draft: Draft, number: number): void {
  const { attempt } = claimedAt(draft.state, number);
  const { id } = rowOf(draft.state, number);
  draft.commands.push({
    kind: 'end-step',
    key: keyOf(draft.state, number),
    task: id,
    attempt: attempt.number,
    step: attempt.step,
    ...(attempt.host === undefined ? {} : { host: attempt.host }),
  });
  setAttempt(draft, number, { ...attempt, stepIs: 'ending' });
}

/** What follows once no step of the attempt lives. */
export function finishEnding(draft: Draft, number: number, ending: AttemptEnding): void {
  switch (ending.kind) {
    case 'release':
      return release(draft, number);
    case 'interrupt':
      return setAttempt(draft, number, dueAgain(claimedAt(draft.state, number).attempt));
    case 'cancel':
      return settleByFailure(draft, number, 'failed', { reason: 'cancelled', by: ending.by, why: ending.why });
    case 'skip':
      return settleSkipped(draft, number, ending);
    case 'yield':
      return followRow(draft, number);
    default:
      return unreachable(ending);
  }
}

/** A person's value of a row counts: it is taken into the row, what we wanted to write there is dropped, and a running attempt ends. */
export function yieldTo(draft: Draft, number: number, status: RowStatus): void {
  const row = rowOf(draft.state, number);
  const { queued } = draft.state;
  const dropped = queued.filter((transition) => transition.task === row.id);
  if (dropped.length > 0) update(draft, { queued: queued.filter((transition) => transition.task !== row.id) });
  if (dropped.some((transition) => transition.to === 'in-progress')) setTally(draft, number, { hasUnwritten: true });
  setRow(draft, number, { ...row, status });
  const task = taskAt(draft.state, number);
  if (task.kind === 'claimed') endAttempt(draft, number, { kind: 'yield' });
  else followRow(draft, number);
}

/** Puts the task where its row stands. */
function followRow(draft: Draft, number: number): void {
  const before = taskAt(draft.state, number);
  const { status } = rowOf(draft.state, number);
  if (isSettled(status)) {
    const note = before.kind === 'claimed' ? byLine(status, { by: 'a person', why: '' }) : before.tally.note;
    setTally(draft, number, { note });
    return place(draft, number, { kind: 'settled', tally: taskAt(draft.state, number).tally, as: status });
  }
  if (status === 'in-progress') return place(draft, number, { kind: 'theirs', tally: before.tally });
  const isReopened = before.kind === 'settled' || (before.kind === 'claimed' && before.claim === 'published');
  if (isReopened) refreshAllowance(draft, number);
  const { tally } = taskAt(draft.state, number);
  place(draft, number, { kind: 'idle', tally, missing: missingOf(draft.state, number) });
}

function keyOf(state: PhaseState, number: number): StepKey {
  const { number: attempt, step, turn } = claimedAt(state, number).attempt;
  const { plan, run } = state.run;
  return stepKey({ plan, run, task: rowOf(state, number).id, attempt, step, turn });
}
