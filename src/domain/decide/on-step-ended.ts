/**
 * What follows the end of a step: the next step, the same one again, the next attempt, or a settled row.
 * An end of an attempt that no longer counts is ignored, whoever is late.
 */
import type { Failure } from '../failure.ts';
import { failurePolicy } from '../failure.ts';
import { failureLine } from '../failure-line.ts';
import { landingConflictsMax } from '../policy.ts';
import { unreachable } from '../result.ts';
import type { AgentSession, StepEnd, Verdict } from '../step.ts';
import { due, dueAgain } from './attempt.ts';
import {
  claimedAt,
  countUsage,
  type Draft,
  missingOf,
  numberOf,
  rowOf,
  setAttempt,
  setTally,
  taskAt,
  tell,
} from './draft.ts';
import { askEnd, finishEnding } from './endings.ts';
import type { Event } from './events.ts';
import { holdAgent, limitAgent, letAgentGo } from './agents.ts';
import { holdOfApproval } from './holds.ts';
import { later } from './instants.ts';
import { takeNewer } from './newer-rows.ts';
import type { Attempt, PhaseState } from './state.ts';
import { nextAttempt, release, settleBlocked, settleByFailure, settleDone } from './transitions.ts';

type StepEvent = Event & { readonly kind: 'step-ended' | 'step-lost' | 'step-unclaimed' };

/** First wait after an interruption; doubled with each one in a row, up to the longest. */
const interruptedWaitMs = { first: 1000, max: 300_000 };
/** Wait before gates run again on a branch that others keep moving. */
const movingWaitMs = 30_000;

export function onStepEnded(draft: Draft, event: Event & { readonly kind: 'step-ended' }): void {
  const number = concerned(draft.state, event);
  if (number === undefined) return;
  const { end } = event;
  countUsage(draft, number, 'usage' in end ? end.usage : undefined);
  keepSession(draft, number, 'session' in end ? end.session : undefined);
  const { ending } = claimedAt(draft.state, number).attempt;
  if (ending === undefined || isTooLate(ending.kind, end)) return onEnd(draft, number, end);
  finishEnding(draft, number, ending);
}

/** The activity is over without an answer: whether its step is dead must be asked. */
export function onStepLost(draft: Draft, event: Event & { readonly kind: 'step-lost' }): void {
  const number = concerned(draft.state, event);
  if (number !== undefined) askEnd(draft, number);
}

/** Nobody polls for the host: its lease ends the step, and the next attempt runs elsewhere. */
export function onStepUnclaimed(draft: Draft, event: Event & { readonly kind: 'step-unclaimed' }): void {
  const number = concerned(draft.state, event);
  if (number === undefined) return;
  const { ending } = claimedAt(draft.state, number).attempt;
  if (ending !== undefined && ending.kind !== 'interrupt') return finishEnding(draft, number, ending);
  onFailure(draft, number, { reason: 'workspace-lost', host: event.host });
}

/** What an attempt that is being ended did all the same: a landing counts but for a person's row, and an interrupted step may have come to its end. */
function isTooLate(ending: NonNullable<Attempt['ending']>['kind'], end: StepEnd): boolean {
  if (ending === 'yield') return false;
  return end.kind === 'landed' || (ending === 'interrupt' && end.kind !== 'killed');
}

function onEnd(draft: Draft, number: number, end: StepEnd): void {
  const { attempt } = claimedAt(draft.state, number);
  switch (end.kind) {
    case 'prepared':
      return setAttempt(draft, number, due(attempt, 'agent', { host: end.host, base: end.base, fresh: false }));
    case 'worked':
      letAgentGo(draft, attempt.agent);
      return toGates(draft, number, { commit: end.commit, notes: end.notes });
    case 'no-change':
      letAgentGo(draft, attempt.agent);
      return onNoChange(draft, number, end.notes);
    case 'gated':
      return onGated(draft, number, end);
    case 'landed':
      return settleDone(draft, number, end.commit);
    case 'moved':
      return onMoved(draft, number, end);
    case 'blocked':
      letAgentGo(draft, attempt.agent);
      return settleBlocked(draft, number, end.notes);
    case 'limited':
      limitAgent(draft, attempt.agent, end.until);
      return setAttempt(draft, number, dueAgain(attempt));
    case 'killed':
    case 'interrupted':
      return onInterrupted(draft, number);
    case 'failed':
      return onFailure(draft, number, end.failure);
    default:
      return unreachable(end);
  }
}

function toGates(draft: Draft, number: number, change: Partial<Attempt>): void {
  const { attempt } = claimedAt(draft.state, number);
  setAttempt(draft, number, due(attempt, 'gates', { ...change, verdicts: [] }));
}

/** An agent that changed nothing is asked once more; its second word counts, if the plan accepts it and the gates are green. */
function onNoChange(draft: Draft, number: number, notes: string): void {
  const { attempt } = claimedAt(draft.state, number);
  const failure: Failure = { reason: 'no-commit', text: notes };
  if (!attempt.sentBack)
    return setAttempt(draft, number, due(attempt, 'agent', { sentBack: true, lastFailure: failure }));
  if (draft.state.run.policy.noCommit === 'fail' || attempt.base === undefined)
    return onFailure(draft, number, failure);
  toGates(draft, number, { commit: attempt.base, notes });
}

function onGated(draft: Draft, number: number, end: StepEnd & { readonly kind: 'gated' }): void {
  const { attempt } = claimedAt(draft.state, number);
  // Verdicts on another commit say nothing about this one.
  if (end.commit !== attempt.commit) return onInterrupted(draft, number);
  const bad = end.verdicts.find((verdict) => verdict.kind !== 'passed');
  if (bad !== undefined) return onRed(draft, number, failureOf(bad));
  setAttempt(draft, number, due(attempt, 'land', { verdicts: end.verdicts }));
  const approval = holdOfApproval(draft.state, number, 'after');
  if (approval === undefined) return settleUnchanged(draft, number);
  const { id } = rowOf(draft.state, number);
  const key = `approval:after:${id}:a${attempt.number}`;
  tell(draft, { about: 'approval', task: id, key, text: `${id} waits for approval of its result.` });
}

/**
 * Red on a combined commit cannot be mended where the agent worked, because what it was combined with is not there: the
 * next attempt starts in a fresh clone at the branch's tip.
 */
function onRed(draft: Draft, number: number, failure: Failure): void {
  const isCombined = claimedAt(draft.state, number).attempt.holdsBranch === true;
  if (!isCombined) return onFailure(draft, number, failure);
  const { spendsAttempt } = failurePolicy[failure.reason];
  tryAgain(draft, number, { failure, spendsAttempt, isFresh: true });
}

/** With nothing to land, green gates are the end. */
export function settleUnchanged(draft: Draft, number: number): void {
  const { attempt } = claimedAt(draft.state, number);
  if (attempt.commit === attempt.base) settleDone(draft, number, 'no change');
}

/** `combined` starts at the tip, so that is its base; its gates are the next thing, and the branch stays held. */
function onMoved(draft: Draft, number: number, end: StepEnd & { readonly kind: 'moved' }): void {
  const { attempt } = claimedAt(draft.state, number);
  const moves = attempt.moves + (end.byOthers ? 1 : 0);
  const wait = end.byOthers && moves > landingConflictsMax ? { notBefore: later(draft.at, movingWaitMs) } : {};
  toGates(draft, number, { commit: end.combined, base: end.tip, holdsBranch: true, moves, ...wait });
}

/** Spends nothing: the same step again, after a wait that grows while it keeps happening. */
function onInterrupted(draft: Draft, number: number): void {
  const { attempt } = claimedAt(draft.state, number);
  const interruptions = (attempt.interruptions ?? 0) + 1;
  const waitMs = Math.min(interruptedWaitMs.first * 2 ** (interruptions - 1), interruptedWaitMs.max);
  setAttempt(draft, number, dueAgain(attempt, { interruptions, notBefore: later(draft.at, waitMs) }));
}

function onFailure(draft: Draft, number: number, failure: Failure): void {
  const { next, spendsAttempt } = failurePolicy[failure.reason];
  const { attempt } = claimedAt(draft.state, number);
  switch (next) {
    case 'stop-agent':
      holdAgent(draft, attempt.agent, failureLine(failure));
      return setAttempt(draft, number, dueAgain(attempt));
    case 'settle-failed':
      return settleByFailure(draft, number, 'failed', failure);
    case 'settle-blocked':
      return settleByFailure(draft, number, 'blocked', failure);
    case 'retry':
    case 'retry-fresh':
      return tryAgain(draft, number, { failure, spendsAttempt, isFresh: next === 'retry-fresh' });
    default:
      return unreachable(next);
  }
}

function tryAgain(
  draft: Draft,
  number: number,
  {
    failure,
    spendsAttempt,
    isFresh,
  }: { readonly failure: Failure; readonly spendsAttempt: boolean; readonly isFresh: boolean },
): void {
  const { tally } = taskAt(draft.state, number);
  const spent = tally.spent + (spendsAttempt ? 1 : 0);
  const conflicts = tally.conflicts + (failure.reason === 'landing-conflict' ? 1 : 0);
  setTally(draft, number, { spent, conflicts });
  if (spent >= draft.state.run.policy.attempts || conflicts > landingConflictsMax)
    return settleByFailure(draft, number, 'failed', failure);
  takeNewer(draft, number);
  // New dependencies count from the next attempt on: when they are not met, that attempt waits for them unclaimed.
  if (missingOf(draft.state, number) > 0) return release(draft, number);
  nextAttempt(draft, number, failure, isFresh);
}

function keepSession(draft: Draft, number: number, session: AgentSession | undefined): void {
  const { attempt } = claimedAt(draft.state, number);
  if (session !== undefined) setAttempt(draft, number, { ...attempt, session });
}

function failureOf(verdict: Verdict): Failure {
  const { gate, durationMs } = verdict;
  const reason = verdict.kind === 'errored' ? 'gate-errored' : 'gate-failed';
  return verdict.failure ?? { reason, gate, command: '', durationMs, lastLines: [], log: '' };
}

/** The number of the task whose running step this event is about; undefined when that attempt counts no more. */
function concerned(state: PhaseState, event: StepEvent): number | undefined {
  const number = numberOf(state, event.task);
  const task = number === undefined ? undefined : taskAt(state, number);
  if (task?.kind !== 'claimed') return undefined;
  const { attempt } = task;
  const isThat = attempt.number === event.attempt && attempt.step === event.step && attempt.stepIs !== 'due';
  return isThat ? number : undefined;
}
