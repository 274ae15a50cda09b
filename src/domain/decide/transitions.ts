/**
 * From the state to the row: every transition this program writes is made here. Cells are values; an agent's own words
 * never enter one but as a bounded safe line, and never a commit message.
 */
import type { CommitSha } from '../ids.ts';
import { causeOf, failureLine, cellLine } from '../failure-line.ts';
import type { Failure } from '../failure.ts';
import { breakerAfter } from '../policy.ts';
import type { SettledStatus } from '../row-status.ts';
import {
  claimedAt,
  type Draft,
  missingOf,
  place,
  queueTransition,
  rowOf,
  setTally,
  taskAt,
  tell,
  update,
  usedOf,
} from './draft.ts';
import { agentFor } from './holds.ts';
import type { Attempt } from './state.ts';

/** Claims a task for its next attempt and queues the claim; its first step is due. Also takes a row back that is `in-progress` already. */
export function claim(draft: Draft, number: number, note?: string): void {
  const row = rowOf(draft.state, number);
  const agent = agentFor(draft.state, number);
  const attempts = taskAt(draft.state, number).tally.attempts + 1;
  setTally(draft, number, { attempts });
  queueTransition(draft, number, {
    name: 'claim',
    to: 'in-progress',
    cells: {
      ...(row.agent === agent ? {} : { agent }),
      ...(row.startedAt === undefined ? { startedAt: draft.at } : {}),
      ...(note === undefined ? {} : { notes: note }),
    },
  });
  const { tally } = taskAt(draft.state, number);
  const attempt: Attempt = { ...emptyAttempt(draft, attempts), agent, fresh: true };
  place(draft, number, { kind: 'claimed', tally, attempt, claim: 'queued' });
}

/** The next attempt of a claimed task after a failure: in the same workspace and session, or `fresh`. */
export function nextAttempt(draft: Draft, number: number, failure: Failure, isFresh: boolean): void {
  const { attempt: last } = claimedAt(draft.state, number);
  const note = `attempt ${last.number}: ${failureLine(failure)}`;
  const attempts = taskAt(draft.state, number).tally.attempts + 1;
  setTally(draft, number, { attempts, note });
  queueTransition(draft, number, { name: 'claim', to: 'in-progress', cells: { notes: cellLine(note) } });
  const { tally } = taskAt(draft.state, number);
  const kept = isFresh
    ? {}
    : {
        ...(last.host === undefined ? {} : { host: last.host }),
        ...(last.session === undefined ? {} : { session: last.session }),
      };
  const attempt: Attempt = {
    ...emptyAttempt(draft, attempts),
    agent: last.agent,
    fresh: isFresh,
    lastFailure: failure,
    ...kept,
  };
  place(draft, number, { kind: 'claimed', tally, attempt, claim: 'queued' });
}

/** `done`: what landed where, or that nothing needed changing. */
export function settleDone(draft: Draft, number: number, landed: CommitSha | 'no change'): void {
  const { branch } = rowOf(draft.state, number);
  const note = landed === 'no change' ? landed : `landed ${landed.slice(0, 12)} on ${branch}`;
  settle(draft, number, { as: 'done', name: 'done', note });
  update(draft, { run: { ...draft.state.run, recentCauses: [] } });
}

/** `failed` or `blocked` by a failure; the breaker hears of its cause. */
export function settleByFailure(draft: Draft, number: number, as: 'failed' | 'blocked', failure: Failure): void {
  const note = failureLine(failure);
  settle(draft, number, { as, name: as, note });
  if (failure.reason !== 'cancelled') countCause(draft, causeOf(failure));
  tellSettled(draft, number, as, note);
}

/** `blocked` at once, in the agent's words. */
export function settleBlocked(draft: Draft, number: number, notes: string): void {
  const note = cellLine(notes) || 'the agent named no reason';
  settle(draft, number, { as: 'blocked', name: 'blocked', note });
  tellSettled(draft, number, 'blocked', note);
}

/** A person decided that it will not be done. */
export function settleSkipped(
  draft: Draft,
  number: number,
  person: { readonly by: string; readonly why: string },
): void {
  settle(draft, number, { as: 'skipped', name: 'skipped', note: byLine('skipped', person) });
}

/** The row goes back to `not-started`; nothing is spent. */
export function release(draft: Draft, number: number): void {
  const { tally } = taskAt(draft.state, number);
  const used = usedOf(tally);
  queueTransition(draft, number, { name: 'release', to: 'not-started', cells: used > 0 ? { used } : {} });
  place(draft, number, { kind: 'idle', tally, missing: missingOf(draft.state, number) });
}

/** A failed or blocked row is open again: a fresh allowance, attempt numbers go on. */
export function reopen(draft: Draft, number: number): void {
  refreshAllowance(draft, number);
  const row = rowOf(draft.state, number);
  const cells = row.completedAt === undefined ? {} : { completedAt: '' };
  queueTransition(draft, number, { name: 'reopen', to: 'not-started', cells });
  const { tally } = taskAt(draft.state, number);
  place(draft, number, { kind: 'idle', tally, missing: missingOf(draft.state, number) });
}

/** Reopened once more: nothing of the allowance is spent, and what was approved of the result counts no more. */
export function refreshAllowance(draft: Draft, number: number): void {
  const { reopened, approved } = taskAt(draft.state, number).tally;
  const before = approved.filter((point) => point === 'before');
  setTally(draft, number, { spent: 0, conflicts: 0, reopened: reopened + 1, approved: before, note: '' });
}

export function byLine(what: string, { by, why }: { readonly by: string; readonly why: string }): string {
  return cellLine(`${what} by ${by}${why.trim() === '' ? '' : `: ${why}`}`);
}

function settle(
  draft: Draft,
  number: number,
  end: { readonly as: SettledStatus; readonly name: string; readonly note: string },
): void {
  setTally(draft, number, { note: end.note });
  const { tally } = taskAt(draft.state, number);
  const used = usedOf(tally);
  const cells = { completedAt: draft.at, notes: end.note, ...(used > 0 ? { used } : {}) };
  queueTransition(draft, number, { name: end.name, to: end.as, cells });
  place(draft, number, { kind: 'settled', tally, as: end.as });
}

function tellSettled(draft: Draft, number: number, as: 'failed' | 'blocked', note: string): void {
  const { id } = rowOf(draft.state, number);
  const { attempts, reopened } = taskAt(draft.state, number).tally;
  const key = `${as}:${id}:a${attempts}.g${reopened}`;
  tell(draft, { about: as === 'failed' ? 'failed' : 'blocker', task: id, key, text: `${id} is ${as}: ${note}` });
}

function countCause(draft: Draft, cause: string): void {
  const { run } = draft.state;
  const recentCauses = [...run.recentCauses, cause].slice(-breakerAfter);
  update(draft, { run: { ...run, recentCauses } });
  const isOpen = recentCauses.length === breakerAfter && recentCauses.every((other) => other === cause);
  if (!isOpen || run.breaker !== undefined) return;
  update(draft, { run: { ...draft.state.run, breaker: cause } });
  const text = `${breakerAfter} tasks in a row ended on ${cause}: nothing new starts until \`tallyman resume\`.`;
  tell(draft, { about: 'breaker', key: `breaker:${draft.at}`, text });
}

function emptyAttempt(draft: Draft, number: number): Omit<Attempt, 'agent' | 'fresh'> {
  return {
    number,
    step: 'prepare',
    turn: 1,
    stepIs: 'due',
    startedAt: draft.at,
    sentBack: false,
    verdicts: [],
    notes: '',
    moves: 0,
  };
}
