/** What failed last time, for the agent that tries again: the reason, the failing command and the end of its output. Never the attempt's number, and so never a path of a log. */
import { failureLine } from '../domain/failure-line.ts';
import type { Failure, ProcessEvidence } from '../domain/failure.ts';

/** The section of a prompt, with its heading. */
export function failureSection(failure: Failure): string {
  const lines = ['## What Failed Last Time', '', opening(failure), ...evidenceOf(failure), '', adviceOf(failure)];
  return lines.join('\n');
}

function opening(failure: Failure): string {
  const line = failureLine(failure);
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

function evidenceOf(failure: Failure): readonly string[] {
  const command = 'command' in failure ? ['', `Command: \`${failure.command}\``] : [];
  if ('lastLines' in failure) return [...command, ...outputOf(failure)];
  // The one line of the opening is cut; what an agent or git said can be longer.
  const text = 'text' in failure && failure.text.length > 150 ? failure.text : '';
  return text === '' ? command : ['', ...fenced(text.split('\n'))];
}

function outputOf({ lastLines }: ProcessEvidence): readonly string[] {
  if (lastLines.length === 0) return ['', 'It printed nothing.'];
  return ['', 'End of its output:', '', ...fenced(lastLines)];
}

/** A fence longer than any in the text, so that output cannot end it. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}

function adviceOf(failure: Failure): string {
  switch (failure.reason) {
    case 'no-commit':
      return 'Make your commit, or repeat your result with `"commit_sha": null` if nothing needs changing.';
    case 'gate-failed':
    case 'gate-errored':
      return 'Your earlier commits are in the clone. Fix the cause, run ALL gates again, and commit the fix on top.';
    case 'result-missing':
    case 'result-invalid':
    case 'result-of-other-task':
      return 'Your work is in the clone. End your response with exactly one result block in the format below.';
    case 'landing-conflict':
      return 'The branch has moved on. You start from its newest state: do the task there.';
    case 'plan-file-touched':
      return 'Leave that file alone: commits that touch it are never landed.';
    default:
      return 'Look at what is in the clone, and finish the task.';
  }
}
