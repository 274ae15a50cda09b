/**
 * Why dispatch does not start a claim or a due step now. Computed from the state at every decision, never stored.
 * Slots are counted by dispatch itself: they are the one hold that depends on what else starts in the same moment.
 */
import { categoryOf } from '../ids.ts';
import type { ApprovalPoint, Task } from '../plan.ts';
import { landingConflictsMax, unpublishedMaxMs } from '../policy.ts';
import type { WaitReason } from './commands.ts';
import { claimedAt, rowOf, taskAt } from './draft.ts';
import { isAhead, later } from './instants.ts';
import type { PhaseState } from './state.ts';

type Without<T> = T extends unknown ? Omit<T, 'task'> : never;
/** A reason before it is said of a task. */
export type Hold = Without<WaitReason>;

/** Why this ready task may not be claimed now; undefined when only a slot decides. */
export function holdOfClaim(state: PhaseState, number: number, at: string): Hold | undefined {
  const row = rowOf(state, number);
  return (
    holdOfAll(state) ??
    holdOfNew(state, row.repo, at) ??
    holdOfAgent(state, agentFor(state, number), at) ??
    holdOfApproval(state, number, 'before')
  );
}

/** Why the due step of this claimed task may not start now; undefined when only a slot decides. */
export function holdOfStep(state: PhaseState, number: number, at: string): Hold | undefined {
  const { attempt } = claimedAt(state, number);
  switch (attempt.step) {
    case 'prepare':
    case 'agent':
      return (
        holdOfAll(state) ??
        holdOfNew(state, rowOf(state, number).repo, at) ??
        (state.run.ownership === 'published' ? undefined : { kind: 'claim-on-its-way' }) ??
        holdOfAgent(state, attempt.agent, at) ??
        holdOfTime(attempt.notBefore, at)
      );
    case 'gates':
      return holdOfAll(state) ?? holdOfMoves(state, number, at) ?? holdOfTime(attempt.notBefore, at);
    case 'land':
      return holdOfAll(state) ?? holdOfInvalid(state) ?? holdOfLanding(state, number, at);
  }
}

/** The agent that a row wants, or the default of its repo. After a claim the cell says who ran the task: an agent that the config has lost since is then replaced. */
export function agentFor(state: PhaseState, number: number): string {
  const { agents, knownAgents } = state.run.policy;
  const row = rowOf(state, number);
  const wasClaimed = row.status === 'in-progress' || taskAt(state, number).tally.attempts > 0;
  const isWanted = row.agent !== undefined && (!wasClaimed || knownAgents.includes(row.agent));
  return isWanted ? row.agent : (agents[row.repo] ?? agents[''] ?? knownAgents[0] ?? '');
}

/** Whether a person must approve this task there, by its row or by the config. */
export function wantsApproval(state: PhaseState, row: Task, point: ApprovalPoint): boolean {
  const { approve } = state.run.policy;
  const category = categoryOf(row.id);
  const points = [approve[row.id], category === undefined ? undefined : approve[category], approve[state.phase]];
  return [row.approve, ...points].some((list) => list?.includes(point) ?? false);
}

export function holdOfApproval(state: PhaseState, number: number, point: ApprovalPoint): Hold | undefined {
  const isGiven = taskAt(state, number).tally.approved.includes(point);
  return isGiven || !wantsApproval(state, rowOf(state, number), point) ? undefined : { kind: 'approval', point };
}

export function holdOfAgent(state: PhaseState, agent: string, at: string): Hold | undefined {
  if (!state.run.policy.knownAgents.includes(agent)) return { kind: 'agent-unknown', agent };
  const hold = state.run.agentHolds[agent];
  if (hold === undefined || (hold.until !== undefined && !isAhead(hold.until, at))) return undefined;
  return { kind: 'agent-held', agent, why: hold.why, ...(hold.until === undefined ? {} : { until: hold.until }) };
}

/** When the oldest unpublished transition will have waited too long; undefined when all is published. */
export function silentFrom(state: PhaseState): string | undefined {
  const oldest = state.queued[0];
  return oldest === undefined ? undefined : later(oldest.at, unpublishedMaxMs);
}

/** What holds every step of every kind. */
function holdOfAll(state: PhaseState): Hold | undefined {
  if (state.refused !== undefined || state.ended) return { kind: 'ending' };
  return state.frozen ? { kind: 'compacting' } : undefined;
}

/** What holds new work: claims, prepare and agent. */
function holdOfNew(state: PhaseState, repo: string, at: string): Hold | undefined {
  const { control, breaker } = state.run;
  if (control.kind === 'stopping') return { kind: 'stopping', by: control.by, why: control.why };
  if (control.kind === 'paused') return { kind: 'paused', by: control.by, why: control.why };
  return (
    holdOfInvalid(state) ??
    (breaker === undefined ? undefined : { kind: 'breaker', cause: breaker }) ??
    holdOfSilence(state, at) ??
    holdOfBase(state, repo)
  );
}

function holdOfInvalid({ planProblem }: PhaseState): Hold | undefined {
  if (planProblem === undefined) return undefined;
  return { kind: 'plan-invalid', first: planProblem.first, count: planProblem.count };
}

function holdOfSilence(state: PhaseState, at: string): Hold | undefined {
  const from = silentFrom(state);
  const oldest = state.queued[0];
  if (from === undefined || oldest === undefined || isAhead(from, at)) return undefined;
  return { kind: 'remote-silent', since: oldest.at };
}

function holdOfBase(state: PhaseState, repo: string): Hold | undefined {
  const gates = state.run.baseGates[repo];
  if (gates?.kind === 'green' || (gates?.kind === 'red' && state.run.policy.allowRed)) return undefined;
  return { kind: 'base-gates', repo, state: gates?.kind === 'red' && gates.again !== true ? 'red' : 'running' };
}

function holdOfTime(notBefore: string | undefined, at: string): Hold | undefined {
  return isAhead(notBefore, at) ? { kind: 'back-off', until: notBefore } : undefined;
}

function holdOfMoves(state: PhaseState, number: number, at: string): Hold | undefined {
  const { attempt } = claimedAt(state, number);
  if (attempt.moves <= landingConflictsMax || !isAhead(attempt.notBefore, at)) return undefined;
  return { kind: 'branch-keeps-moving', branch: rowOf(state, number).branch };
}

function holdOfLanding(state: PhaseState, number: number, at: string): Hold | undefined {
  const { attempt, claim } = claimedAt(state, number);
  const approval = holdOfApproval(state, number, 'after');
  if (approval !== undefined) return approval;
  if (claim !== 'published') return { kind: 'claim-on-its-way' };
  const { branch } = rowOf(state, number);
  const holder = state.claimed.find(
    (other) =>
      other !== number && claimedAt(state, other).attempt.holdsBranch === true && rowOf(state, other).branch === branch,
  );
  if (holder !== undefined) return { kind: 'branch-taken', branch, by: rowOf(state, holder).id };
  return holdOfTime(attempt.notBefore, at);
}
