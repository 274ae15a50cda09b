/** What an activity may know of Temporal: that it is being watched, and how to end. Tests pass their own. Only this file and bind.ts know Temporal. */
import { Context } from '@temporalio/activity';
import type { StepWatcher } from '../adapters/supervisor/port.ts';
import type { StepFates } from '../adapters/temporal/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';

export interface ActivityScope {
  heartbeat(details: Heartbeat): void;
  /** Resolves when Temporal wants the activity to end: `kill` when a person or the scheduler cancelled it, else `detach`. */
  readonly ending: Promise<'kill' | 'detach'>;
  /** Aborts when `ending` resolves. */
  readonly signal: AbortSignal;
  /** Who watches, for the host's healing. */
  readonly watcher: StepWatcher;
}

/** Thrown by an activity that detaches: Temporal runs it again, and the next one adopts. */
export class Detached extends Error {
  override readonly name = 'Detached';
}

/** `release`: the activity is over, nothing is listened for any more. */
export type CurrentScope = ActivityScope & { release(): void };

/** Of the activity that runs now. `fates` is asked only when the server no longer knows it; `interrupt` means: kill, whatever the server says. */
export function currentScope(fates: Pick<StepFates, 'fateOf'> | undefined, interrupt?: AbortSignal): CurrentScope {
  const context = Context.current();
  const { workflowExecution, activityId } = context.info;
  const watcher: StepWatcher = {
    workflowId: workflowExecution?.workflowId ?? '',
    runId: workflowExecution?.runId ?? '',
    activityId,
  };
  const controller = new AbortController();
  const cancelled = context.cancelled.catch(() => howToEnd(context, watcher, fates));
  let interrupted = (): void => undefined;
  const interruption = new Promise<'kill'>((resolve) => {
    interrupted = () => resolve('kill');
  });
  if (interrupt?.aborted === true) interrupted();
  interrupt?.addEventListener('abort', interrupted);
  const ending = Promise.race([cancelled, interruption]).then((how) => {
    controller.abort(how);
    return how;
  });
  return {
    heartbeat: (details) => context.heartbeat(details),
    ending,
    signal: controller.signal,
    watcher,
    release: () => interrupt?.removeEventListener('abort', interrupted),
  };
}

/**
 * A cancel by the workflow and a person's `activity reset` mean the step; a worker that shuts down, a pause and a
 * time-out mean only this watcher. "Not found" may mean anything, so the server is asked what became of it.
 */
async function howToEnd(
  context: Context,
  watcher: StepWatcher,
  fates: Pick<StepFates, 'fateOf'> | undefined,
): Promise<'kill' | 'detach'> {
  const why = context.cancellationDetails;
  if (why?.cancelRequested === true || why?.reset === true) return 'kill';
  if (why?.notFound !== true || fates === undefined) return 'detach';
  const fate = await fates.fateOf(watcher);
  return fate === 'terminated' || fate === 'given-up' ? 'kill' : 'detach';
}
