/**
 * Composition root of the Node side: builds the adapters from the host settings, binds the activities to them, and
 * serves the three queues. Goes on through outages of the server, and ends only when it is told to:
 *   drain      agents that run are finished and landed, nothing new begins; then detach
 *   interrupt  agents are killed, their sessions kept; then detach
 *   detach     at once; agents go on under their supervisors until they are adopted or their lease ends
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultLogger, type LogLevel, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type BindOptions, createActivities } from './activities/bind.ts';
import { healHost } from './activities/heal-host.ts';
import type { Ports } from './activities/ports.ts';
import { createAgents } from './adapters/agent/registry.ts';
import { gateKinds } from './adapters/gate/registry.ts';
import { createGitOf } from './adapters/git/git.ts';
import { createHost } from './adapters/host/host.ts';
import { createSupervisor } from './adapters/supervisor/local-supervisor.ts';
import { connect, type ServerOptions, serverOptions } from './adapters/temporal/connection.ts';
import { startServerPulse } from './adapters/temporal/server-pulse.ts';
import { createStepFates } from './adapters/temporal/step-fate.ts';
import { healWatchLists, openWatchList, type WatchList } from './adapters/temporal/watch-list.ts';
import { createWorkspaces } from './adapters/workspace/workspaces.ts';
import type { Config, HostSettings } from './config/config.ts';
import { inheritedVariables } from './config/environment.ts';
import { queues } from './contracts/names.ts';
import { createDraining, type Draining } from './draining.ts';
import { createLog, type StructuredLog } from './log.ts';
import { ownFiles } from './own-files.ts';

export interface RunningWorker {
  /** Polling for the first time. */
  readonly ready: Promise<void>;
  /** Everything is let go. Never rejects. */
  readonly stopped: Promise<void>;
  /** A later call may only be more urgent. */
  stop(how: 'drain' | 'interrupt' | 'detach'): void;
}

/** Waits between two tries to reach the server. */
const reconnectMs = { first: 500, max: 15_000 };
/** Killing takes the grace of a step; what has not ended then is left to its lease. */
const interruptMaxMs = 20_000;
const healGraceMs = 5_000;
/** Host queues never hold work back: agents and gates wait for their slots inside the activity, heartbeating. */
const hostSlots = 200;

/** What stays over reconnections. */
interface Parts {
  readonly settings: HostSettings;
  readonly server: ServerOptions;
  readonly log: StructuredLog;
  readonly draining: Draining;
  readonly interrupt: AbortController;
  readonly watchLists: string;
  readonly watchList: WatchList;
  readonly ports: Omit<Ports, 'serverSilentMs' | 'fates'>;
  readonly leave: AbortController;
  workers: readonly Worker[];
}

/** Returns at once; the server may come later. */
export function startWorker({ host: settings }: Pick<Config, 'host'>): Promise<RunningWorker> {
  const parts = createParts(settings);
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const stopped = serve(parts, isReady).finally(() => {
    parts.watchList.close();
    parts.log.close();
  });
  const detach = (): void => {
    parts.leave.abort();
    for (const worker of parts.workers) shutDown(worker);
  };
  return Promise.resolve({
    ready,
    stopped,
    stop: (how) => {
      parts.log.info(`the worker stops: ${how}`, {});
      if (how === 'detach') detach();
      else void leaveQuietly(parts, how).then(detach);
    },
  });
}

async function leaveQuietly(parts: Parts, how: 'drain' | 'interrupt'): Promise<void> {
  for (const worker of parts.workers) if (worker.options.taskQueue === queues.work) shutDown(worker);
  const drained = parts.draining.drain();
  if (how === 'drain') return drained;
  parts.interrupt.abort();
  await Promise.race([drained, pause(interruptMaxMs, parts.leave.signal)]);
}

function createParts(settings: HostSettings): Parts {
  const { stateDirectory, variables } = settings;
  const log = createLog({ file: join(stateDirectory, 'worker.log') });
  installRuntime(log);
  const host = createHost({ stateDirectory, agents: settings.agents, gates: settings.gatesAtOnce });
  const environment = inheritedVariables(variables);
  const draining = createDraining(host);
  const watchLists = join(host.root, 'host', 'watchers');
  const place = settings.temporal.kind === 'embedded' ? settings.temporal.at : undefined;
  return {
    settings,
    server: serverOptions(place, variables),
    log,
    draining,
    interrupt: new AbortController(),
    watchLists,
    watchList: openWatchList(watchLists),
    leave: new AbortController(),
    workers: [],
    ports: {
      git: createGitOf({ stateDirectory: host.root, protocols: settings.gitProtocols }),
      workspaces: createWorkspaces({ stateDirectory: host.root }),
      host: draining.host,
      supervisor: createSupervisor({ stateDirectory: host.root, environment }),
      agents: createAgents(environment),
      gateKinds,
      now: () => new Date(),
      environment,
      variable: (name) => variables[name],
      builtInTemplate: () => readFile(join(ownFiles.templates, 'prompt.md'), 'utf8'),
      reportDirectory: join(stateDirectory, 'reports'),
      log,
    },
  };
}

/** Serves until told to leave; an outage that ends the workers is waited out. */
async function serve(parts: Parts, isReady: () => void): Promise<void> {
  const { leave, log } = parts;
  let waitMs = reconnectMs.first;
  while (!leave.signal.aborted) {
    try {
      await serveOnce(parts, () => {
        waitMs = reconnectMs.first;
        isReady();
      });
    } catch (error) {
      log.warn('the server cannot be served; tried again', { waitMs, error });
      await pause(waitMs, leave.signal);
      waitMs = Math.min(waitMs * 2, reconnectMs.max);
    }
  }
}

async function serveOnce(parts: Parts, isReady: () => void): Promise<void> {
  const client = await connect(parts.server);
  const pulse = startServerPulse(client);
  const fates = createStepFates(client);
  const ports: Ports = { ...parts.ports, serverSilentMs: () => pulse.silentMs(), fates };
  const connection = await NativeConnection.connect(nativeOptions(parts.server));
  try {
    const healed = await healHost(ports, { fates, graceMs: healGraceMs });
    const restarted = await healWatchLists(parts.watchLists, fates);
    parts.log.info('host healed', { ...healed, restarted });
    parts.workers = await createWorkers(parts, ports, connection);
    const running = parts.workers.map((worker) => worker.run());
    if (parts.leave.signal.aborted) for (const worker of parts.workers) shutDown(worker);
    isReady();
    await Promise.all(running).finally(() => {
      for (const worker of parts.workers) shutDown(worker);
      return Promise.allSettled(running);
    });
  } finally {
    parts.workers = [];
    pulse.stop();
    await connection.close();
    await client.connection.close();
  }
}

async function createWorkers(parts: Parts, ports: Ports, connection: NativeConnection): Promise<readonly Worker[]> {
  const { draining, interrupt, server, settings, watchList } = parts;
  const began: BindOptions['began'] = (name, watcher) => {
    const ends = [draining.began(name), watchList.began(watcher)];
    return () => {
      for (const end of ends) end();
    };
  };
  const bound = createActivities(ports, { began, interrupt: interrupt.signal });
  const shared = {
    connection,
    namespace: server.namespace,
    identity: `tallyman ${process.pid}@${ports.host.id}`,
    // A dead worker's workflow tasks are given to another after this.
    stickyQueueScheduleToStartTimeout: '1s',
    // An activity hears of its end in the answer to a heartbeat.
    maxHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: 0,
  } as const;
  const activities = { ...bound.run, ...bound.work, ...bound.host };
  const slots = (count: number) => ({ activities, maxConcurrentActivityTaskExecutions: count });
  return Promise.all([
    Worker.create({
      ...shared,
      ...slots(hostSlots),
      taskQueue: queues.run,
      workflowBundle: { codePath: ownFiles.workflowBundle },
    }),
    // Workspaces are prepared ahead of a free slot, but not by the dozen.
    Worker.create({ ...shared, ...slots(2 * settings.agents + 2), taskQueue: queues.work }),
    Worker.create({ ...shared, ...slots(hostSlots), taskQueue: queues.host(ports.host.id) }),
  ]);
}

/** The same options, for the Rust core. */
function nativeOptions({ connection }: ServerOptions) {
  const { address, tls, apiKey, metadata } = connection;
  return {
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(typeof apiKey === 'string' ? { apiKey } : {}),
    ...(metadata === undefined ? {} : { metadata: metadata as Record<string, string> }),
  };
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

let hasRuntime = false;

/** Once per process. Ctrl-C is ours: Temporal's own handlers would end the workers at the first. */
function installRuntime(log: StructuredLog): void {
  if (hasRuntime) return;
  hasRuntime = true;
  const level: LogLevel = 'WARN';
  const logger = new DefaultLogger(level, ({ message, meta }) => log.warn(message, { ...meta }));
  // Without `forward` the core prints to the terminal, over the live view.
  const logging = { filter: { core: level, other: 'ERROR' as const }, forward: {} };
  Runtime.install({ logger, telemetryOptions: { logging }, shutdownSignals: [] });
}

/** Ends early, without an error, when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
