/** Progress as plain lines: `status`, pipes, logs of a CI. No colour, no width. */
import type { Progress, RunningTask } from '../contracts/progress.ts';
import { oneLine } from '../domain/plain-text.ts';
import { minute, tokens } from './amounts.ts';

/** The most telling lines first; every line is safe to print. */
export function progressLines(progress: Progress): readonly string[] {
  const { phase, control, running, next, holds, stuck, unpublished } = progress;
  return [
    `Phase ${phase.id} ${phase.title}: ${countsText(progress.counts)}${control === 'running' ? '' : ` [${control}]`}`,
    `Tokens: ${tokens(progress.tokens.used)} used, ${tokens(progress.tokens.estimated)} estimated`,
    ...running.map((task) => runningLine(task)),
    ...(next.length === 0 ? [] : [`Next: ${next.join(', ')}`]),
    ...holds.map(
      ({ what, why, until }) => `Held: ${what}: ${why}${until === undefined ? '' : `, until ${minute(until)}`}`,
    ),
    ...stuck.map(({ task, why }) => `Stuck: ${task} ${why}`),
    ...(unpublished === 0 ? [] : [`Unpublished: ${unpublished}`]),
  ].map((line) => oneLine(line));
}

/** `5 done, 1 in progress, 2 ready`: what is nothing is left out. */
export function countsText(counts: Progress['counts']): string {
  const words = {
    done: 'done',
    skipped: 'skipped',
    'in-progress': 'in progress',
    ready: 'ready',
    waiting: 'waiting',
    failed: 'failed',
    blocked: 'blocked',
  } as const;
  const parts = Object.entries(words).flatMap(([key, word]) => {
    const count = counts[key as keyof typeof words];
    return count === 0 ? [] : `${count} ${word}`;
  });
  return parts.length === 0 ? 'no tasks' : parts.join(', ');
}

function runningLine({ task, attempt, step, agent, since, line, tokens: used }: RunningTask): string {
  const spent = used === undefined ? '' : `, ${tokens(used)} tokens`;
  const said = line === undefined ? '' : `: ${line}`;
  return `Running: ${task} ${step}, attempt ${attempt}, ${agent}, since ${minute(since)}${spent}${said}`;
}
