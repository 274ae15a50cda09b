/** How a run ended, for a terminal, the report and whoever is told: a sentence, then one task per line that needs a person. */
import type { PhaseEnd, WaitReason } from '../domain/decide/commands.ts';
import { oneLine } from '../domain/plain-text.ts';
import { sentenceOf } from './why.ts';

type Ending<K extends PhaseEnd['kind']> = Omit<PhaseEnd & { readonly kind: K }, 'run'>;

/** `lost`: the open phase was ended by hand. */
export type RunEnding =
  | Ending<'completed'>
  | Ending<'finished-with-failures'>
  | Ending<'deadlocked'>
  | Ending<'stopped'>
  | Ending<'refused'>
  | { readonly kind: 'lost'; readonly how: string };

/** Tasks named; the report has them all. */
const reasonsMax = 20;

/** `phases`: those that were run, with the number of their tasks. */
export function runSummary(over: RunEnding, phases: readonly { readonly tasks: number }[]): string {
  switch (over.kind) {
    case 'completed':
      return completed(phases);
    case 'finished-with-failures':
      return withReasons('Finished with failures.', over.reasons);
    case 'deadlocked':
      return withReasons(
        'Blocked: a person is needed. Nothing runs, nothing is ready, and nothing is waited for.',
        over.reasons,
      );
    case 'stopped':
      return `${stopped(over.why)} Rows of this run that were not finished are back to not-started.`;
    case 'refused':
      return `The run ended without finishing (${over.why}): ${over.detail}`;
    case 'lost':
      return `The open phase ${over.how}. Rows in progress are put right when the plan is run again.`;
  }
}

function completed(phases: readonly { readonly tasks: number }[]): string {
  const tasks = phases.reduce((sum, phase) => sum + phase.tasks, 0);
  const where = phases.length === 1 ? 'in one phase' : `in ${phases.length} phases`;
  return tasks === 1 ? 'The one task is done or skipped.' : `All ${tasks} tasks ${where} are done or skipped.`;
}

/** A phase says `stopped by ann: …`, a run without an open phase `by ann: …`. */
function stopped(why: string): string {
  const rest = oneLine(why).replace(/^stopped /, '');
  return `Stopped ${rest}${/[.!?…]$/.test(rest) ? '' : '.'}`;
}

function withReasons(sentence: string, all: readonly WaitReason[]): string {
  const shown = all.slice(0, reasonsMax).map((reason) => `- ${reason.task}: ${oneLine(sentenceOf(reason))}`);
  const more = all.length > reasonsMax ? [`- and ${all.length - reasonsMax} more`] : [];
  return [sentence, ...shown, ...more].join('\n');
}
