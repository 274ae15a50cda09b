/** A failure, and a person's or an agent's words, as one safe line for the row's notes. Longer forms: views/failure-text.ts. */
import type { Failure } from './failure.ts';
import { oneLine } from './plain-text.ts';
import { unreachable } from './result.ts';

/** Longest line that goes into a cell: a table stays readable. */
const lineMax = 200;

/** Any text as one safe line that fits a cell. */
export function cellLine(text: string): string {
  return oneLine(text, lineMax);
}

/** What failed, in one line without its output. */
export function failureLine(failure: Failure): string {
  return cellLine(wordsOf(failure));
}

/** What the breaker counts as the same cause. */
export function causeOf(failure: Failure): string {
  return 'gate' in failure ? `gate ${failure.gate}` : failure.reason;
}

function wordsOf(failure: Failure): string {
  switch (failure.reason) {
    case 'agent-exited':
      return `the agent ended with ${exitOf(failure)}`;
    case 'agent-stalled':
      return `the agent was silent for ${secondsOf(failure.silentMs)}`;
    case 'agent-over-limit':
      return overLimit(failure.limit, failure.max);
    case 'agent-not-authorised':
      return `agent ${failure.agent} is not logged in: ${failure.text}`;
    case 'agent-missing':
      return `agent ${failure.agent} cannot be started: ${failure.text}`;
    case 'agent-reported-failure':
      return `the agent reported failure: ${failure.text}`;
    case 'result-missing':
      return withText('the agent gave no result block', failure.text);
    case 'result-invalid':
      return withText("the agent's result block is not valid", failure.text);
    case 'result-of-other-task':
      return withText("the agent's result names another task", failure.text);
    case 'no-commit':
      return withText('the agent made no commit', failure.text);
    case 'commit-missing':
      return `the commit ${failure.claimed ?? failure.commit ?? ''} that the agent named does not exist`;
    case 'commit-not-on-base':
      return `the agent's commit is not on top of ${failure.base.slice(0, 12)}`;
    case 'plan-file-touched':
      return `the agent changed the plan file: ${failure.paths.join(', ')}`;
    case 'protected-files-touched':
      return `files that define the gates were changed: ${failure.paths.join(', ')}`;
    case 'gate-failed':
      return `gate ${failure.gate} failed with ${exitOf(failure)}`;
    case 'gate-errored':
      return `gate ${failure.gate} could not be judged (${exitOf(failure)})`;
    case 'landing-conflict':
      return `landing on ${failure.branch} conflicts in ${failure.paths.join(', ')}`;
    case 'base-conflict':
      return `the branches of its dependencies conflict in ${failure.paths.join(', ')}`;
    case 'branch-rewritten':
      return `branch ${failure.branch} was rewritten or deleted (it was at ${failure.was.slice(0, 12)})`;
    case 'push-refused':
      return `the remote refuses pushes to ${failure.branch}: ${failure.text}`;
    case 'session-lost':
      return `the session of agent ${failure.agent} cannot be resumed`;
    case 'workspace-lost':
      return `host ${failure.host} with the workspace is gone`;
    case 'repo-missing':
      return `repo ${failure.repo} has no folder (looked at ${failure.looked.join(', ')})`;
    case 'set-up-failed':
      return `the set-up command failed with ${exitOf(failure)}`;
    case 'cancelled':
      return withText(`cancelled by ${failure.by}`, failure.why);
    default:
      return unreachable(failure);
  }
}

function exitOf({ exitCode, signal }: { readonly exitCode?: number; readonly signal?: string }): string {
  if (signal !== undefined) return `signal ${signal}`;
  return exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`;
}

function overLimit(limit: 'time' | 'output', max: number | undefined): string {
  if (max === undefined) return `the agent went over its ${limit} limit`;
  return limit === 'time'
    ? `the agent ran longer than ${secondsOf(max)}`
    : `the agent printed more than ${bytesOf(max)}`;
}

const sizes = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const;

function bytesOf(bytes: number): string {
  const [size, unit] = sizes.find(([least]) => bytes >= least) ?? [1, 'bytes'];
  return `${String(Math.round((bytes / size) * 10) / 10)} ${unit}`;
}

function secondsOf(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`;
}

function withText(what: string, text: string): string {
  return text.trim() === '' ? what : `${what}: ${text}`;
}
