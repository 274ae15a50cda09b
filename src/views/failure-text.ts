/** A failure in three lengths: one line, one line with its evidence, everything. Its first line is domain/failure-line.ts, which the row's notes use too. */
import { failureLine } from '../domain/failure-line.ts';
import { type Failure, failurePolicy, type ProcessEvidence } from '../domain/failure.ts';
import { oneLine, visible } from '../domain/plain-text.ts';

/** What failed. */
export function failureInOneLine(failure: Failure): string {
  return failureLine(failure);
}

/** What failed, and the last thing it printed. */
export function failureWithEvidence(failure: Failure): string {
  const last = evidenceOf(failure)?.lastLines.findLast((line) => line.trim() !== '');
  return last === undefined ? failureLine(failure) : `${failureLine(failure)} — ${oneLine(last, 200)}`;
}

/** What failed, its command, the end of its output, where the rest lies, and what to do. Several lines. */
export function failureInFull(failure: Failure): string {
  const evidence = evidenceOf(failure);
  const output = evidence === undefined ? [] : evidence.lastLines.map((line) => `    ${visible(line)}`);
  return [
    failureLine(failure),
    ...('command' in failure && failure.command !== '' ? [`command: ${oneLine(failure.command)}`] : []),
    ...(output.length === 0 ? [] : ['end of its output:', ...output]),
    ...(evidence === undefined || evidence.log === '' ? [] : [`whole output: ${oneLine(evidence.log)}`]),
    `what to do: ${failurePolicy[failure.reason].advice}`,
  ].join('\n');
}

function evidenceOf(failure: Failure): ProcessEvidence | undefined {
  return 'lastLines' in failure ? failure : undefined;
}
