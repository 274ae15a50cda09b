/** A run of the two workflows on the tests' server: real workers, fake activities. */
import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import type { Progress } from '../../src/contracts/progress.ts';
import { memoKeys, queues, workflowIds, workflowTypes } from '../../src/contracts/names.ts';
import type { RunSettings } from '../../src/contracts/run-settings.ts';
import type { PlanRunEnd, PlanRunInput } from '../../src/contracts/workflows.ts';
import { phaseId, planId } from '../../src/domain/ids.ts';
import { fakeHost, type FakeWorld } from '../support/fake-activities.ts';
import { builderFormat } from '../support/plan-builder.ts';

Runtime.install({ logger: new DefaultLogger('WARN') });

/** Files run beside one another, each in a namespace of its own. */
const namespace = `tests-${process.env['VITEST_POOL_ID'] ?? '1'}`;

const person = { name: 'Tester', email: 'tester@example.org' };
const agent = {
  preset: 'command',
  command: ['agent'],
  extraArgs: [],
  env: [],
  stallMs: 600_000,
  timeLimitMs: 3_600_000,
  outputBytesMax: 1 << 20,
  leaseMs: 900_000,
  permission: 'all',
} as const;

export function settingsFor(name: string, change: Partial<RunSettings['policy']> = {}): RunSettings {
  const policy: RunSettings['policy'] = {
    concurrency: 4,
    attempts: 3,
    order: 'auto',
    agents: { '': 'scripted' },
    knownAgents: ['scripted'],
    allowRed: false,
    noCommit: 'accept',
    approve: {},
    limitWaitMs: { first: 60_000, max: 600_000 },
    publishMinIntervalMs: 0,
    history: { events: 4_000, bytes: 4_000_000 },
    ...change,
  };
  return {
    plan: {
      id: planId('0badcafe'),
      name,
      remote: 'git://localhost/repo.git',
      branch: 'main',
      path: 'docs/tasks.md',
      format: builderFormat,
      skipCi: true,
      author: person,
    },
    policy,
    agents: { scripted: { name: 'scripted', ...agent } },
    repos: {
      '': {
        name: '',
        setupTimeoutMs: 60_000,
        gates: [],
        gatesMode: 'first-failure',
        stack: true,
        gateWorkspace: 'fresh',
      },
    },
    referenceReport: '',
    commitType: 'fix',
    commitAuthor: person,
    refs: 'refs',
    notify: [],
    keepWorkspaces: { failed: 3 },
    hostGoneMs: 60_000,
    heartbeatMs: 10_000,
    killGraceMs: 1_000,
  };
}

let plans = 0;

/** A plan name that no other test has. */
export function newPlanName(): string {
  plans += 1;
  return `plan-${process.pid}-${Date.now().toString(36)}-${plans}`;
}

export class Rig {
  readonly client: Client;
  readonly #connection: Connection;
  readonly #native: NativeConnection;
  #workers: Worker[] = [];
  #running: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection, native: NativeConnection) {
    this.#connection = connection;
    this.#native = native;
    this.client = new Client({ connection, namespace });
  }

  static async open(): Promise<Rig> {
    const address = inject('temporalAddress');
    return new Rig(await Connection.connect({ address }), await NativeConnection.connect({ address }));
  }

  /** Three workers, as worker.ts has them. */
  async work(world: FakeWorld, options: { readonly maxCachedWorkflows?: number } = {}): Promise<void> {
    const workflowBundle = { code: await readFile(inject('workflowBundle'), 'utf8') };
    const shared = {
      connection: this.#native,
      namespace,
      activities: world.activities(),
      stickyQueueScheduleToStartTimeout: '1s',
      maxHeartbeatThrottleInterval: '1s',
      shutdownGraceTime: 0,
    } as const;
    this.#workers = [
      await Worker.create({ ...shared, taskQueue: queues.run, workflowBundle, ...options }),
      await Worker.create({ ...shared, taskQueue: queues.work }),
      await Worker.create({ ...shared, taskQueue: queues.host(fakeHost) }),
    ];
    this.#running = Promise.all(this.#workers.map((worker) => worker.run()));
  }

  async stopWork(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await this.#running;
    this.#workers = [];
  }

  async close(): Promise<void> {
    await this.stopWork();
    for await (const { workflowId } of this.client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
      await this.client.workflow
        .getHandle(workflowId)
        .terminate('test over')
        .catch(() => undefined);
    await this.#connection.close();
    await this.#native.close();
  }

  async start(settings: RunSettings, change: Partial<PlanRunInput> = {}): Promise<RunHandle> {
    const input: PlanRunInput = {
      settings,
      home: 'home',
      takeOver: false,
      rules: 1,
      searchAttributes: true,
      first: [],
      ...change,
    };
    const workflowId = workflowIds.plan(settings.plan.name);
    await this.client.workflow.start(workflowTypes.plan, { workflowId, taskQueue: queues.run, args: [input] });
    return new RunHandle(this.client, settings.plan.name);
  }
}

export class RunHandle {
  readonly #client: Client;
  readonly #name: string;

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Message of the first workflow task that failed; waits for one. */
  async taskFailure(): Promise<string> {
    for (;;) {
      const { events } = await this.plan.fetchHistory();
      const failed = events?.find((event) => event.workflowTaskFailedEventAttributes);
      const message = failed?.workflowTaskFailedEventAttributes?.failure?.message;
      if (message) return message;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get plan() {
    return this.#client.workflow.getHandle(workflowIds.plan(this.#name));
  }

  phase(place = 1) {
    return this.#client.workflow.getHandle(workflowIds.phase(this.#name, phaseId(place)));
  }

  end(): Promise<PlanRunEnd> {
    return this.plan.result() as Promise<PlanRunEnd>;
  }

  /** How often the first phase has begun, continued as new or not: its chain, followed from the newest. */
  async executions(): Promise<number> {
    const id = workflowIds.phase(this.#name, phaseId(1));
    let runId: string | undefined = (await this.phase().describe()).runId;
    let count = 0;
    while (runId !== undefined && runId !== '') {
      const { events } = await this.#client.workflow.getHandle(id, runId).fetchHistory();
      runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
      count += 1;
    }
    return count;
  }

  async untilExecutions(count: number): Promise<void> {
    while ((await this.executions()) < count) await new Promise<void>((resolve) => setTimeout(resolve, 100));
  }

  /** The phase's memo, once it holds. */
  async untilProgress(holds: (progress: Progress) => boolean): Promise<Progress> {
    for (;;) {
      const { memo } = await this.phase()
        .describe()
        .catch(() => ({ memo: undefined }));
      const progress = memo?.[memoKeys.progress] as Progress | undefined;
      if (progress !== undefined && holds(progress)) return progress;
      await new Promise<void>((resolve) => setTimeout(resolve, 50));
    }
  }
}
