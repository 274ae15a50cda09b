/** Why a task does not run, in one true sentence. The reason itself is found by domain/decide/wait-reason.ts. Spec 4.5. */
import type { NeedsLink, WaitReason } from '../domain/decide/commands.ts';
import type { PhaseState } from '../domain/decide/state.ts';
import { waitReason } from '../domain/decide/wait-reason.ts';
import type { StepName } from '../domain/ids.ts';
import { nearest } from '../domain/nearest.ts';
import { unreachable } from '../domain/result.ts';
import { count, minute } from './amounts.ts';

/** The sentence for `tallyman why ID`; for an id that the phase does not have, one that says so. */
export function whyTask(state: PhaseState, task: string, at: string): string {
  const row = state.graph.tasks.find((candidate) => candidate.id === task);
  if (row === undefined) return unknownTask(state, task);
  return `${row.id} ${predicate(waitReason(state, row.id, at), lastLink(state, at))}.`;
}

/** A reason without the state it came from, beginning with the verb: `waits for T2, which failed: …`. No full stop. */
export function whyOf(reason: WaitReason): string {
  return predicate(reason, plainLink);
}

/** The same as a sentence of its own, without the task's id. */
export function sentenceOf(reason: WaitReason): string {
  const words = whyOf(reason);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function unknownTask(state: PhaseState, task: string): string {
  if (!state.opened) return 'The plan has not been read yet; ask again in a moment.';
  const ids = state.graph.tasks.map((row) => row.id);
  const near = nearest(task, ids);
  const hint = near === undefined ? 'it may be in another phase, or its row was removed' : `did you mean ${near}?`;
  return `Phase ${state.phase} has no task ${task}: ${hint}`;
}

function predicate(reason: WaitReason, link: (last: NeedsLink) => string): string {
  switch (reason.kind) {
    case 'running':
      return `${runningWords[reason.step](reason.agent)} (attempt ${reason.attempt}, since ${minute(reason.since)})`;
    case 'settled':
      return settledWords(reason.as, reason.note);
    case 'needs':
      return chainWords(reason.chain, link);
    case 'theirs':
      return `is in progress by a person's hand, not by Tallyman; \`tallyman retry ${reason.task}\` takes it over`;
    case 'slots':
      return slotWords(reason);
    case 'paused':
      return `waits until the run is resumed: paused ${byWords(reason)}`;
    case 'stopping':
      return `does not start because the run is stopping ${byWords(reason)}`;
    case 'agent-held':
      return agentWords(reason);
    case 'agent-unknown':
      return `wants agent "${reason.agent}", which the config does not have`;
    default:
      return moreWords(reason);
  }
}

type More = Exclude<
  WaitReason,
  {
    kind: 'running' | 'settled' | 'needs' | 'theirs' | 'slots' | 'paused' | 'stopping' | 'agent-held' | 'agent-unknown';
  }
>;

function moreWords(reason: More): string {
  switch (reason.kind) {
    case 'approval':
      return `waits for a person's approval ${reason.point === 'before' ? 'before it starts' : 'of its result'}; \`tallyman approve ${reason.task}\` gives it`;
    case 'claim-on-its-way':
      return 'waits until its claim is on the remote';
    case 'branch-taken':
      return `waits until ${reason.by} has landed on branch ${reason.branch}`;
    case 'branch-keeps-moving':
      return `waits because others keep moving branch ${reason.branch}; it is tried again soon`;
    case 'back-off':
      return `was interrupted and is tried again at ${minute(reason.until)}`;
    case 'ending':
      return 'is being ended';
    case 'remote-silent':
      return `waits for the remote, which has taken no push since ${minute(reason.since)}`;
    case 'plan-invalid':
      return `waits until the plan can be read again (${count(reason.count, 'problem')}; first: ${reason.first})`;
    case 'base-gates':
      return baseWords(reason.repo, reason.state);
    case 'breaker':
      return `waits because three tasks in a row ended on ${reason.cause}; \`tallyman resume\` goes on`;
    case 'compacting':
      return 'waits a moment while the history is compacted';
    default:
      return unreachable(reason);
  }
}

const runningWords: Readonly<Record<StepName, (agent: string) => string>> = {
  prepare: () => 'is in progress: its workspace is being prepared',
  agent: (agent) => `is in progress: agent ${agent} works on it`,
  gates: () => 'is in progress: its gates run',
  land: () => 'is in progress: its commits are being landed',
};

function settledWords(as: string, note: string): string {
  const words = as === 'failed' ? 'failed' : `is ${as}`;
  return note === '' ? words : `${words}: ${note}`;
}

function chainWords(chain: readonly NeedsLink[], link: (last: NeedsLink) => string): string {
  const [first, ...rest] = chain;
  const last = chain.at(-1);
  if (first === undefined || last === undefined) return 'waits for its dependencies';
  const steps = rest.map(({ task }) => `, which waits for ${task}`).join('');
  return `waits for ${first.task}${steps}, which ${link(last)}`;
}

/** How the last of a chain stands, where only the chain is known. */
function plainLink({ status, note }: NeedsLink): string {
  if (status === 'not-started') return 'has not started';
  if (status === 'in-progress') return 'is in progress';
  return settledWords(status, note ?? '');
}

/** The last of a chain with its own reason. */
function lastLink(state: PhaseState, at: string): (last: NeedsLink) => string {
  return ({ task }) => {
    const reason = waitReason(state, task, at);
    return predicate(reason, plainLink);
  };
}

function slotWords({ concurrency, ahead }: { readonly concurrency: number; readonly ahead: number }): string {
  const before = ahead === 0 ? 'it is next' : `${count(ahead, 'ready task')} before it`;
  return `is ready and waits for a free slot (${count(concurrency, 'agent')} at a time; ${before})`;
}

function agentWords(reason: { readonly agent: string; readonly why: string; readonly until?: string }): string {
  if (reason.until === undefined)
    return `waits because agent ${reason.agent} is stopped (${reason.why}); \`tallyman resume\` tries it again`;
  return `waits for agent ${reason.agent}: ${reason.why} until ${minute(reason.until)}`;
}

function byWords({ by, why }: { readonly by: string; readonly why: string }): string {
  return `by ${by}${why.trim() === '' ? '' : ` (${why})`}`;
}

function baseWords(repo: string, state: 'running' | 'red'): string {
  const base = repo === '' ? 'the base' : `the base of ${repo}`;
  return state === 'running'
    ? `waits for the gates of ${base}`
    : `is not claimed because the gates of ${base} are red; \`--allow-red\` goes on`;
}
