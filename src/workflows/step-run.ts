/**
 * One start of a step: its activity, its end, and its being ended.
 *
 * S1 a host is given up only after two schedule-to-start time-outs in a row, the second scheduled after the first
 *    was heard: one alone also fires after a night's sleep or a worker's restart
 * S2 a resolved cancel is no dead process: only the value `killed` proves it; after anything else `endStep` is asked
 */
import { CancellationScope } from '@temporalio/workflow';
import { stepActivityId } from '../contracts/names.ts';
import type { RunSettings } from '../contracts/run-settings.ts';
import type { RunStep } from '../domain/decide/commands.ts';
import type { StepKey } from '../domain/ids.ts';
import type { StepEnd } from '../domain/step.ts';
import { lossOf, type Loss } from './activity-failure.ts';
import { hostActivity, stepActivity } from './proxies.ts';
import type { StepInput } from './step-input.ts';

export type StepOutcome = { readonly kind: 'end'; readonly end: StepEnd } | Loss;

/** A step under way. `outcome` never rejects but for a bug. */
export interface StepRun {
  readonly start: RunStep;
  readonly outcome: Promise<StepOutcome>;
  cancel(): void;
}

export function runStep(settings: RunSettings, start: RunStep, step: StepInput): StepRun {
  const scope = new CancellationScope();
  const call = {
    activityId: stepActivityId(start.task, start.attempt, start.step, start.turn),
    summary: `${start.task} ${start.step}, attempt ${start.attempt}`,
    settings,
    ...(start.host === undefined ? {} : { host: start.host }),
  };
  const outcome = scope.run(async () => {
    const first = await settle(stepActivity(step.name, step.input, call));
    return first.kind === 'unclaimed' && !scope.consideredCancelled
      ? settle(stepActivity(step.name, step.input, call))
      : first;
  });
  return { start, outcome, cancel: () => scope.cancel() };
}

/**
 * Ends a step for good. `cancelled` is the outcome of its cancelled activity, when this execution had one: a step that
 * came to its own end before the cancel reached it tells that end, so that nothing it used or made is lost.
 */
export async function endStep(
  settings: RunSettings,
  step: { readonly key: StepKey; readonly host?: string; readonly name: string },
  cancelled: StepOutcome | undefined,
): Promise<StepEnd> {
  const end = cancelled?.kind === 'end' ? cancelled.end : undefined;
  if (end?.kind === 'killed') return end;
  // Without a host no activity of it was ever taken there and answered; whatever it began ends with its lease.
  if (step.host !== undefined) await askTwice(settings, step.host, step);
  return end ?? { kind: 'killed' };
}

/** The host's answer is not needed: when nobody takes the question twice, the lease has ended the step. */
async function askTwice(
  settings: RunSettings,
  host: string,
  step: { readonly key: StepKey; readonly name: string },
): Promise<void> {
  const ask = (): Promise<unknown> =>
    hostActivity(
      'endStep',
      { key: step.key, graceMs: settings.killGraceMs },
      { host, settings, summary: `ends ${step.name}` },
    ).catch((error: unknown) => lossOf(error));
  const first = await ask();
  if (typeof first === 'object') await ask();
}

function settle(activity: Promise<StepEnd>): Promise<StepOutcome> {
  return activity.then(
    (end) => ({ kind: 'end', end }) as const,
    (error: unknown) => lossOf(error),
  );
}
