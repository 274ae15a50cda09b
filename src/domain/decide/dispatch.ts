/**
 * What is done now, whatever was heard: this file alone starts steps, claims tasks, publishes and ends the phase.
 * Every hold (holds.ts) is a guard here, so a pause, a limit or an edit takes effect between any two steps.
 */
import type { RunStep } from './commands.ts';
import { setGates } from './on-base-gated.ts';
import { claimedAt, type Draft, rowOf, setAttempt, taskAt, tellOnce, update } from './draft.ts';
import { endAttempt } from './endings.ts';
import { endIfOver } from './end-of-phase.ts';
import { holdOfAgent, holdOfClaim, holdOfStep } from './holds.ts';
import { isAhead, later } from './instants.ts';
import { takeAllNewer } from './newer-rows.ts';
import { inDispatchOrder } from './order.ts';
import type { Attempt, PhaseState } from './state.ts';
import { setTimers } from './timers.ts';
import { claim } from './transitions.ts';

export function dispatch(draft: Draft): void {
  if (draft.state.ended || !draft.state.opened) return;
  endWhatMustEnd(draft);
  takeAllNewer(draft);
  askBases(draft);
  const starts = startDue(draft);
  while (claimNext(draft)) starts.push(...startDue(draft));
  publish(draft);
  draft.commands.push(...starts);
  setTimers(draft);
  endIfOver(draft);
}

/** A refused phase and a stopped run end every attempt; `pause --now` interrupts the agents. */
function endWhatMustEnd(draft: Draft): void {
  const { refused, run } = draft.state;
  for (const number of draft.state.claimed) {
    const { attempt } = claimedAt(draft.state, number);
    const ending = attempt.ending?.kind;
    if (refused !== undefined) {
      if (ending !== 'yield') endAttempt(draft, number, { kind: 'yield' });
    } else if (run.control.kind === 'stopping') {
      if (ending === undefined || ending === 'interrupt') endAttempt(draft, number, { kind: 'release' });
    } else if (run.control.kind === 'paused' && run.control.interrupt && ending === undefined) {
      if (attempt.step === 'agent' && attempt.stepIs === 'running') endAttempt(draft, number, { kind: 'interrupt' });
    }
  }
}

/** Before the first claim in a repo its gates run once on the base; asked as soon as the phase has a row there, so that a later claim need not wait for them. */
function askBases(draft: Draft): void {
  const { state } = draft;
  if (state.frozen || state.refused !== undefined || state.planProblem !== undefined) return;
  if (state.run.control.kind !== 'running') return;
  const repos = new Set<string>();
  for (const number of state.ready) repos.add(rowOf(state, number).repo);
  for (const number of state.claimed) if (isNew(claimedAt(state, number).attempt)) repos.add(rowOf(state, number).repo);
  for (const repo of state.graph.repos) repos.add(repo);
  for (const repo of repos) {
    const gates = state.run.baseGates[repo];
    const isRedAgain = gates?.kind === 'red' && gates.again === true && !state.run.policy.allowRed;
    if (gates !== undefined && !isRedAgain) continue;
    const turn = gates?.kind === 'red' ? (gates.turn ?? 1) + 1 : 1;
    setGates(draft, repo, { kind: 'running', turn });
    draft.commands.push({ kind: 'gate-base', repo, turn });
  }
}

/** Starts the due steps that nothing holds: gates and landings all, prepare and agent while there are slots. */
function startDue(draft: Draft): RunStep[] {
  const waiting = draft.state.claimed.filter((number) => claimedAt(draft.state, number).attempt.stepIs === 'due');
  const starts: RunStep[] = [];
  for (const number of inStartOrder(draft.state, waiting)) {
    const { attempt } = claimedAt(draft.state, number);
    if (holdOfStep(draft.state, number, draft.at) !== undefined) continue;
    if (isNew(attempt) && slotsTaken(draft.state) >= draft.state.run.policy.concurrency) continue;
    starts.push(start(draft, number));
  }
  return starts;
}

/** A prepared attempt first, for it has begun; then as ready tasks are ordered. */
function inStartOrder(state: PhaseState, numbers: readonly number[]): readonly number[] {
  const ordered = inDispatchOrder(state, numbers);
  const isPrepared = (number: number): boolean => claimedAt(state, number).attempt.step === 'agent';
  return [...ordered.filter(isPrepared), ...ordered.filter((number) => !isPrepared(number))];
}

function start(draft: Draft, number: number): RunStep {
  const { attempt } = claimedAt(draft.state, number);
  const holding = attempt.step === 'land' ? { holdsBranch: true } : {};
  setAttempt(draft, number, { ...attempt, ...holding, stepIs: 'running' });
  return runStep(draft.state, number);
}

function runStep(state: PhaseState, number: number): RunStep {
  const { attempt, tally } = claimedAt(state, number);
  const { step, turn, agent, host, base, commit, session, lastFailure, fresh, verdicts } = attempt;
  return {
    kind: 'run-step',
    task: rowOf(state, number).id,
    attempt: attempt.number,
    step,
    turn,
    agent,
    fresh,
    verdicts,
    reopened: tally.reopened,
    ...(host === undefined ? {} : { host }),
    ...(base === undefined ? {} : { base }),
    ...(commit === undefined ? {} : { commit }),
    ...(session === undefined ? {} : { session }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

/** Claims the first ready task that nothing holds, while there is a slot for it. */
function claimNext(draft: Draft): boolean {
  const { state, at } = draft;
  if (slotsPromised(state, at) >= state.run.policy.concurrency) return false;
  for (const number of state.ready) {
    const hold = holdOfClaim(state, number, at);
    if (hold?.kind === 'approval') askApproval(draft, number);
    if (hold !== undefined) continue;
    claim(draft, number);
    return true;
  }
  return false;
}

function askApproval(draft: Draft, number: number): void {
  const { id } = rowOf(draft.state, number);
  const key = `approval:before:${id}:g${taskAt(draft.state, number).tally.reopened}`;
  tellOnce(draft, { about: 'approval', task: id, key, text: `${id} waits for approval before it starts.` });
}

/** Attempts whose prepare or agent step lives. */
function slotsTaken(state: PhaseState): number {
  return state.claimed.filter((number) => {
    const { attempt } = claimedAt(state, number);
    return isNew(attempt) && attempt.stepIs !== 'due';
  }).length;
}

/** Those, and the ones that are to have the next slots; an attempt whose agent is held promises none. */
function slotsPromised(state: PhaseState, at: string): number {
  return state.claimed.filter((number) => {
    const { attempt } = claimedAt(state, number);
    if (!isNew(attempt)) return false;
    return attempt.stepIs !== 'due' || holdOfAgent(state, attempt.agent, at) === undefined;
  }).length;
}

/** Work of an agent, or for one: what slots are for. */
function isNew(attempt: Attempt): boolean {
  return attempt.step === 'prepare' || attempt.step === 'agent';
}

/** All that is queued, in one push; one at a time, and not more often than the forge likes. */
function publish(draft: Draft): void {
  const { state, at } = draft;
  const { queued, lastPublishAt, run } = state;
  if (queued.length === 0 || state.publishing > 0) return;
  if (state.planProblem !== undefined || state.refused !== undefined) return;
  const next = lastPublishAt === undefined ? undefined : later(lastPublishAt, run.policy.publishMinIntervalMs);
  if (isAhead(next, at)) return;
  draft.commands.push({ kind: 'publish', ownership: run.ownership === 'due', transitions: queued });
  update(draft, { publishing: queued.length, lastPublishAt: at });
}
