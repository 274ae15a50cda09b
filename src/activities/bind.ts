/**
 * Binds the activities, which are plain functions of (ports, input, scope), to Temporal. Adds to each what a plain
 * function cannot know: heartbeats while it is silent, and the one classifier of what it throws.
 *
 * A fault becomes an ApplicationFailure that Temporal retries, with a text fit for the Web UI. A bug
 * (InvariantViolation) is left alone: it is retried too, and stays visible until a fix is deployed.
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { StepWatcher } from '../adapters/supervisor/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';
import type { Activities } from '../contracts/activities.ts';
import { InvariantViolation } from '../domain/result.ts';
import { cleanTask } from './clean-task.ts';
import { endStep } from './end-step.ts';
import { gateBase } from './gate-base.ts';
import { land } from './land.ts';
import { notify } from './notify.ts';
import type { Ports } from './ports.ts';
import { prepareWorkspace } from './prepare-workspace.ts';
import { publish } from './publish.ts';
import { readOutline, readPhase } from './read-plan.ts';
import { removeRefs } from './remove-refs.ts';
import { runAgent } from './run-agent.ts';
import { runGates } from './run-gates.ts';
import { type ActivityScope, type CurrentScope, currentScope, Detached } from './scope.ts';
import { watchPlan } from './watch-plan.ts';
import { writeReport } from './write-report.ts';

/** Often enough for the shortest heartbeat time-out (10 s), even when a beat or two is late. */
const beatMs = 2_000;

/** What a worker may want to do with all activities of its own. */
export interface BindOptions {
  /** Aborted to interrupt: every step is killed, as by a cancel, its session kept. */
  readonly interrupt?: AbortSignal;
  /** Told when an activity begins; the returned function when it has ended. */
  readonly began?: (name: string, watcher: StepWatcher) => () => void;
}

export function createActivities(ports: Ports, options: BindOptions = {}): Activities {
  function bind<I, O>(
    name: string,
    work: (ports: Ports, input: I, scope: ActivityScope) => Promise<O>,
  ): (input: I) => Promise<O> {
    return async (input) => {
      const scope = beating(currentScope(ports.fates, options.interrupt));
      const ended = options.began?.(name, scope.watcher);
      try {
        return await work(ports, input, scope);
      } catch (error) {
        throw isAsked(error) ? new CancelledFailure('cancelled') : toFailure(error);
      } finally {
        scope.stop();
        ended?.();
      }
    };
  }
  return {
    run: {
      readOutline: bind('readOutline', readOutline),
      readPhase: bind('readPhase', readPhase),
      watchPlan: bind('watchPlan', (all, input: Parameters<typeof watchPlan>[1], scope) =>
        watchPlan(all, input, scope),
      ),
      publish: bind('publish', publish),
      removeRefs: bind('removeRefs', removeRefs),
      notify: bind('notify', notify),
      writeReport: bind('writeReport', writeReport),
    },
    work: { prepareWorkspace: bind('prepareWorkspace', prepareWorkspace), gateBase: bind('gateBase', gateBase) },
    host: {
      runAgent: bind('runAgent', runAgent),
      runGates: bind('runGates', runGates),
      land: bind('land', land),
      endStep: bind('endStep', endStep),
      cleanTask: bind('cleanTask', cleanTask),
    },
  };
}

/** A watcher that leaves because it was cancelled has done as it was told. */
function isAsked(error: unknown): boolean {
  return error instanceof Detached && Context.current().cancellationDetails?.cancelRequested === true;
}

/** What Temporal is told of an error. */
export function toFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error) || error instanceof InvariantViolation) return error;
  return ApplicationFailure.create({ message: error.message, type: error.name, cause: error, nonRetryable: false });
}

/** Says the last thing again while the activity is silent: a worker that is dead is noticed by its silence. */
function beating(scope: CurrentScope): ActivityScope & { stop(): void } {
  let last: Heartbeat | undefined;
  const context = Context.current();
  const beat = (): void => {
    if (last === undefined) context.heartbeat();
    else scope.heartbeat(last);
  };
  beat();
  const timer = setInterval(beat, beatMs);
  return {
    ...scope,
    heartbeat: (details) => {
      last = details;
      beat();
    },
    stop: () => {
      clearInterval(timer);
      scope.release();
    },
  };
}
