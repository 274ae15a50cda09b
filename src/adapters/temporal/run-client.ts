/**
 * A plan's run as seen from outside. What is shown comes from describe and memo, which answer with no worker;
 * signals go to the plan run, updates to its open phase, since a workflow cannot hand an update on.
 */
import {
  type Client,
  Connection,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import {
  defaultPayloadConverter,
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import type { PhaseUpdates, Receipt, RunSignals } from '../../contracts/messages.ts';
import { memoKeys, queues, workflowIds, workflowTypes } from '../../contracts/names.ts';
import type { Heartbeat, Progress, RunProgress } from '../../contracts/progress.ts';
import type { RunSettings } from '../../contracts/run-settings.ts';
import type { PlanRunEnd, PlanRunInput } from '../../contracts/workflows.ts';
import { currentRules } from '../../domain/decide/rules.ts';
import type { OperatorRequest } from '../../domain/decide/events.ts';
import { phaseId } from '../../domain/ids.ts';
import { withDeadline } from './connection.ts';
import { addSearchAttributes } from './dev-server/prepare.ts';

interface StartOptions {
  /** Where the run's memory lives: the home file's text, or `serverHome`. */
  readonly home: string;
  readonly takeOver?: boolean;
  /** Applied before anything else. */
  readonly first?: readonly OperatorRequest[];
}

interface RunSeen {
  /** Of the newest run. */
  readonly isOpen: boolean;
  readonly run: RunProgress | undefined;
  /** Of the open phase. */
  readonly phase: Progress | undefined;
  /** A workflow task fails, or no worker is there: in words. */
  readonly trouble: string | undefined;
}

type Answer =
  | { readonly kind: 'done'; readonly said: string }
  | { readonly kind: 'refused'; readonly why: string }
  /** No phase is open: start a run with the request. */
  | { readonly kind: 'no-phase' };

/** `plan` is the plan's name, `PlanSettings.name`. Every call but `untilEnd` and `update` has a deadline. */
export interface RunClient {
  /** One run of a plan per server: an open one is attached to, and hears nothing of `options`. */
  start(settings: RunSettings, options: StartOptions): Promise<'started' | 'attached'>;
  /** False when no run is open. */
  signal<K extends keyof RunSignals>(plan: string, name: K, argument: RunSignals[K]): Promise<boolean>;
  update<K extends keyof PhaseUpdates>(plan: string, name: K, argument: PhaseUpdates[K]): Promise<Answer>;
  /** Undefined when the plan never ran here. */
  seen(plan: string): Promise<RunSeen | undefined>;
  /** What the steps under way said last. */
  heartbeats(plan: string): Promise<readonly Heartbeat[]>;
  /** Needs a worker; rejects after the deadline without one. Undefined when no phase is open. */
  why(plan: string, task: string): Promise<string | undefined>;
  untilEnd(plan: string): Promise<PlanRunEnd>;
}

export function createRunClient(client: Client): RunClient {
  const planOf = (plan: string) => client.workflow.getHandle(workflowIds.plan(plan));
  /** The open phase; undefined without one. */
  const phaseOf = async (plan: string) => {
    const run = runProgressOf(await describe(client, workflowIds.plan(plan)));
    if (run?.open === undefined) return undefined;
    return client.workflow.getHandle(workflowIds.phase(plan, phaseId(Number(run.open))));
  };
  return {
    start: (settings, options) => startRun(client, settings, options),
    signal: (plan, name, argument) => whileOpen(() => withDeadline(client, () => planOf(plan).signal(name, argument))),
    update: async (plan, name, argument) => {
      const phase = await phaseOf(plan);
      if (phase === undefined) return { kind: 'no-phase' };
      return updatePhase(() => phase.executeUpdate<Receipt, [PhaseUpdates[typeof name]]>(name, { args: [argument] }));
    },
    seen: (plan) => seeRun(client, plan),
    heartbeats: async (plan) => {
      const phase = await phaseOf(plan);
      return phase === undefined ? [] : heartbeatsOf(await describe(client, phase.workflowId));
    },
    why: async (plan, task) => {
      const phase = await phaseOf(plan);
      if (phase === undefined) return undefined;
      return withDeadline(client, () => phase.query<string, [string]>('why', task));
    },
    untilEnd: async (plan) => (await planOf(plan).result()) as PlanRunEnd,
  };
}

/** The server's own id and the namespace: where the memory of runs on a server that is not embedded lives. */
export async function serverHome(client: Client): Promise<string> {
  const { clusterId } = await withDeadline(client, () => client.workflowService.getClusterInfo({}));
  return `${clusterId}/${client.options.namespace}`;
}

async function startRun(
  client: Client,
  settings: RunSettings,
  { home, takeOver = false, first = [] }: StartOptions,
): Promise<'started' | 'attached'> {
  const hasAttributes = await prepareAttributes(client);
  const { plan } = settings;
  const input: PlanRunInput = {
    ...{ settings, home, takeOver, first },
    rules: currentRules,
    searchAttributes: hasAttributes,
  };
  try {
    await withDeadline(client, () =>
      client.workflow.start(workflowTypes.plan, {
        workflowId: workflowIds.plan(plan.name),
        taskQueue: queues.run,
        args: [input],
        staticSummary: `Plan ${plan.path} on ${plan.branch}`.slice(0, 180),
        staticDetails: `${plan.path} on ${plan.branch} of ${plan.remote}`,
        ...(hasAttributes
          ? { typedSearchAttributes: [{ key: defineSearchAttributeKey('TallymanPlan', 'KEYWORD'), value: plan.name }] }
          : {}),
      }),
    );
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'attached';
    throw error;
  }
}

/** Without the right to make them the run goes on without: the list in the Web UI cannot be filtered by them. */
async function prepareAttributes(client: Client): Promise<boolean> {
  const { connection } = client;
  if (!(connection instanceof Connection)) return false;
  try {
    await withDeadline(client, () => addSearchAttributes(connection, client.options.namespace));
    return true;
  } catch {
    // The one condition: a server that does not let us list or add attributes; anything worse fails the start below.
    return false;
  }
}

async function updatePhase(ask: () => Promise<Receipt>): Promise<Answer> {
  try {
    return { kind: 'done', said: (await ask()).said };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'no-phase' };
    if (error instanceof WorkflowUpdateFailedError)
      return { kind: 'refused', why: error.cause?.message ?? error.message };
    throw error;
  }
}

async function seeRun(client: Client, plan: string): Promise<RunSeen | undefined> {
  const description = await describe(client, workflowIds.plan(plan));
  if (description === undefined) return undefined;
  const run = runProgressOf(description);
  const open =
    run?.open === undefined ? undefined : await describe(client, workflowIds.phase(plan, phaseId(Number(run.open))));
  const isOpen = description.status.name === 'RUNNING';
  return {
    isOpen,
    run,
    phase: open?.memo?.[memoKeys.progress] as Progress | undefined,
    trouble: isOpen ? (troubleOf(open) ?? troubleOf(description)) : undefined,
  };
}

function runProgressOf(description: WorkflowExecutionDescription | undefined): RunProgress | undefined {
  return description?.memo?.[memoKeys.progress] as RunProgress | undefined;
}

/** Attempts of one workflow task before it is worth telling. */
const troubleAttempts = 3;

function troubleOf(description: WorkflowExecutionDescription | undefined): string | undefined {
  const task = description?.raw.pendingWorkflowTask;
  if ((task?.attempt ?? 0) < troubleAttempts) return undefined;
  return `a workflow task of ${description?.workflowId ?? ''} has failed ${task?.attempt ?? 0} times; see it in the Web UI and the worker's log`;
}

function heartbeatsOf(description: WorkflowExecutionDescription | undefined): readonly Heartbeat[] {
  return (description?.raw.pendingActivities ?? []).flatMap((pending) => {
    const payload = pending.heartbeatDetails?.payloads?.[0];
    const details: unknown = payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
    return isHeartbeat(details) ? [details] : [];
  });
}

function isHeartbeat(details: unknown): details is Heartbeat {
  return typeof details === 'object' && details !== null && 'task' in details && 'line' in details;
}

async function describe(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await withDeadline(client, () => client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function whileOpen(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
