/**
 * Every activity call: queue, time-outs, heartbeat, retry, cancellation type. Change a time-out of Temporal's here.
 * Retries are unlimited (`maximumAttempts` is left out: 0 would fail the workflow task for ever), because a fault
 * spends no attempt. The cancellation type is set on every call: Temporal's default is TRY_CANCEL, whatever its
 * types say.
 */
import { ActivityCancellationType, type ActivityOptions, scheduleActivity } from '@temporalio/workflow';
import type { HostActivities, RunActivities, WorkActivities } from '../contracts/activities.ts';
import { queues } from '../contracts/names.ts';
import type { RunSettings } from '../contracts/run-settings.ts';

type All = RunActivities & WorkActivities & HostActivities;
type Input<K extends keyof All> = Parameters<All[K]>[0];
type Output<K extends keyof All> = Awaited<ReturnType<All[K]>>;

/** Long enough never to end a step that its own limits let run. */
const noLimit = '365 days';
/** Every activity beats by itself (activities/bind.ts), so a dead worker is noticed after this, not after the start-to-close time-out. */
const quickHeartbeatMs = 10_000;

const quick = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: quickHeartbeatMs,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} satisfies ActivityOptions;

/** Nothing waits for its answer but a person: given up after a few tries. */
const besides = {
  ...quick,
  startToCloseTimeout: '1 minute',
  retry: { ...quick.retry, maximumAttempts: 3 },
} satisfies ActivityOptions;

/** A supervised step is taken up again at once and for ever: the next activity adopts what the last one started. */
const supervised = {
  startToCloseTimeout: noLimit,
  retry: { initialInterval: 200, backoffCoefficient: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} satisfies ActivityOptions;

function call<K extends keyof All>(name: K, input: Input<K>, options: ActivityOptions): Promise<Output<K>> {
  return scheduleActivity<Output<K>>(name, [input], options);
}

/** Activities of the queue `tallyman`. */
export function runActivity<K extends Exclude<keyof RunActivities, 'watchPlan' | 'notify' | 'writeReport'>>(
  name: K,
  input: Input<K>,
  summary?: string,
): Promise<Output<K>> {
  return call(name, input, { ...quick, taskQueue: queues.run, ...(summary === undefined ? {} : { summary }) });
}

/** Runs until the plan changes; cancelled without waiting, because it starts nothing. */
export function watchPlan(input: Input<'watchPlan'>): Promise<Output<'watchPlan'>> {
  return call('watchPlan', input, {
    ...quick,
    taskQueue: queues.run,
    startToCloseTimeout: noLimit,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'watches the plan branch',
  });
}

/** What a run can do without: a few tries, then it goes on. */
export function besideActivity<K extends 'notify' | 'writeReport' | 'removeRefs' | 'publish' | 'readOutline'>(
  name: K,
  input: Input<K>,
  summary: string,
): Promise<Output<K>> {
  return call(name, input, { ...besides, taskQueue: queues.run, summary });
}

/** The base's gates, on any host. */
export function gateBase(input: Input<'gateBase'>, activityId: string, summary: string): Promise<Output<'gateBase'>> {
  return call('gateBase', input, {
    ...supervised,
    heartbeatTimeout: quickHeartbeatMs,
    taskQueue: queues.work,
    activityId,
    summary,
  });
}

export interface StepCall {
  readonly activityId: string;
  readonly summary: string;
  /** Missing: any host takes it. */
  readonly host?: string;
  readonly settings: Pick<RunSettings, 'heartbeatMs' | 'hostGoneMs'>;
}

/** One step of an attempt. On a host's queue it is given up when nobody takes it; see `once more` in step-run.ts. */
export function stepActivity<K extends 'prepareWorkspace' | 'runAgent' | 'runGates' | 'land'>(
  name: K,
  input: Input<K>,
  step: StepCall,
): Promise<Output<K>> {
  const isWatched = name === 'runAgent' || name === 'runGates';
  return call(name, input, {
    ...supervised,
    ...(isWatched ? {} : { retry: quick.retry }),
    heartbeatTimeout: isWatched ? step.settings.heartbeatMs : quickHeartbeatMs,
    ...placeOf(step.host, step.settings),
    activityId: step.activityId,
    summary: step.summary,
  });
}

/** What ends and cleans up after steps, where they ran. */
export function hostActivity<K extends 'endStep' | 'cleanTask'>(
  name: K,
  input: Input<K>,
  at: { readonly host: string; readonly settings: Pick<RunSettings, 'hostGoneMs'>; readonly summary: string },
): Promise<Output<K>> {
  return call(name, input, {
    ...(name === 'cleanTask' ? besides : quick),
    ...placeOf(at.host, at.settings),
    summary: at.summary,
  });
}

function placeOf(host: string | undefined, settings: Pick<RunSettings, 'hostGoneMs'>): ActivityOptions {
  if (host === undefined) return { taskQueue: queues.work };
  return { taskQueue: queues.host(host), scheduleToStartTimeout: settings.hostGoneMs };
}
