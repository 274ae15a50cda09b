/**
 * Activities of a world without git and processes, for workflow tests: a plan in memory, agents as functions. Steps
 * are kept by step key, so that a second activity adopts what the first one started, as the real ones do.
 */
import { Context } from '@temporalio/activity';
import type {
  AttemptInput,
  HostActivities,
  OutlineSeen,
  PlanSeen,
  PublishInput,
  PublishResult,
  RunActivities,
  RunAgentInput,
  RunGatesInput,
  WorkActivities,
} from '../../src/contracts/activities.ts';
import { type CommitSha, commitSha, type PhaseId, type TaskId } from '../../src/domain/ids.ts';
import type { Phase, Plan, RowHistory, Task } from '../../src/domain/plan.ts';
import { isSatisfied, type RowStatus } from '../../src/domain/row-status.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import type { Transition } from '../../src/domain/transition.ts';

export const fakeHost = 'h1';

/** A 40-digit name for the n-th commit. */
function shaOf(n: number): CommitSha {
  return commitSha(n.toString(16).padStart(40, '0'));
}

export interface FakeStep {
  readonly key: string;
  /** Activities that watched it. */
  readonly watchers: number;
  readonly end?: StepEnd;
}

export type Behaviour<I> = (input: I, killed: Promise<void>) => Promise<StepEnd>;

export class FakeWorld {
  phases: Phase[];
  /** What was published, in order. */
  readonly published: Transition[] = [];
  readonly ownership: string[] = [];
  readonly ended: string[] = [];
  readonly cleaned: string[] = [];
  readonly notices: string[] = [];
  readonly steps = new Map<string, FakeStep & { readonly over: Promise<StepEnd>; kill(): void }>();
  /** Set to refuse the next pushes. */
  refuse: (PublishResult & { kind: 'refused' }) | undefined;
  invalid = false;
  prepare: (input: AttemptInput) => StepEnd = () => ({ kind: 'prepared', host: fakeHost, base: this.tip });
  agent: Behaviour<RunAgentInput> = (input) => Promise.resolve(worked(input));
  gates: Behaviour<RunGatesInput> = (input) =>
    Promise.resolve({
      kind: 'gated',
      commit: input.commit,
      verdicts: [{ gate: 'test', kind: 'passed', durationMs: 1 }],
    });
  land: (input: AttemptInput & { readonly commit: CommitSha }) => Promise<StepEnd> = ({ commit }) =>
    Promise.resolve({ kind: 'landed', commit });

  readonly #attempts = new Map<TaskId, number>();
  #commits = 1;
  #foreign = 1;
  readonly #changed: (() => void)[] = [];

  constructor(plan: Plan) {
    this.phases = [...plan.phases];
  }

  get tip(): CommitSha {
    return shaOf(this.#commits);
  }

  row(id: string): Task {
    const row = this.phases.flatMap((phase) => phase.tasks).find((task) => task.id === id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }

  statuses(): Readonly<Record<string, RowStatus>> {
    return Object.fromEntries(this.phases.flatMap((phase) => phase.tasks.map((task) => [task.id, task.status])));
  }

  /** A person's commit. */
  edit(id: string, change: Partial<Task>): void {
    this.#write(id, change);
    this.#foreign = this.#commits;
    for (const heard of this.#changed.splice(0)) heard();
  }

  /** Resolves as soon as it holds; the test's own time-out bounds it. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => setTimeout(resolve, 20));
  }

  /** Something a behaviour waits for until the test opens it. */
  gate(): { readonly opened: Promise<void>; open(): void } {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    return { opened, open: () => open() };
  }

  /** Steps by a part of their keys. */
  started(suffix: string): number {
    return [...this.steps.keys()].filter((key) => key.includes(suffix)).length;
  }

  activities(): RunActivities & WorkActivities & HostActivities {
    return { ...this.#runActivities(), ...this.#stepActivities() };
  }

  #runActivities(): RunActivities {
    return {
      readOutline: () => Promise.resolve(this.#outline()),
      readPhase: ({ phase }) => Promise.resolve(this.#readPhase(phase)),
      watchPlan: async ({ since }) => {
        while (shaOf(this.#foreign) <= since) await this.#change();
        return { kind: 'changed', tip: this.tip };
      },
      publish: (input) => Promise.resolve(this.#publish(input)),
      removeRefs: () => Promise.resolve(),
      notify: ({ notice }) => {
        this.notices.push(notice.key);
        return Promise.resolve();
      },
      writeReport: ({ run }) => Promise.resolve({ path: `reports/${run}.md` }),
    };
  }

  #stepActivities(): WorkActivities & HostActivities {
    return {
      prepareWorkspace: (input) => Promise.resolve(this.prepare(input)),
      gateBase: () => Promise.resolve({ verdicts: [{ gate: 'test', kind: 'passed', durationMs: 1 }] }),
      runAgent: (input) => this.#supervise(input, this.agent),
      runGates: (input) => this.#supervise(input, this.gates),
      land: (input) => this.land(input),
      endStep: ({ key }) => {
        this.ended.push(key);
        const step = this.steps.get(key);
        step?.kill();
        return Promise.resolve(step === undefined ? 'unknown' : 'killed');
      },
      cleanTask: ({ task }) => {
        this.cleaned.push(task);
        return Promise.resolve();
      },
    };
  }

  /** Starts or adopts; killed only when the workflow asks for it, else left to the next activity. */
  async #supervise<I extends AttemptInput>(input: I, behave: Behaviour<I>): Promise<StepEnd> {
    const context = Context.current();
    const known = this.steps.get(input.key);
    const step = known ?? start(input, behave);
    this.steps.set(input.key, { ...step, key: input.key, watchers: (known?.watchers ?? 0) + 1 });
    const beat = setInterval(() => context.heartbeat({ task: input.task.id }), 200);
    try {
      return await Promise.race([step.over, context.cancelled]);
    } catch (error) {
      if (context.cancellationDetails?.cancelRequested !== true) throw error;
      step.kill();
      return await step.over;
    } finally {
      clearInterval(beat);
    }
  }

  #outline(): OutlineSeen {
    if (this.invalid) return { kind: 'invalid', tip: this.tip, diagnostics: [] };
    const phases = this.phases.map(({ id, title, tasks }) => ({
      id,
      title,
      tasks: tasks.length,
      satisfied: tasks.filter((task) => isSatisfied(task.status)).length,
    }));
    const open = phases.find((phase) => phase.satisfied < phase.tasks)?.id;
    return { kind: 'valid', tip: this.tip, phases, ...(open === undefined ? {} : { open }) };
  }

  #readPhase(id: PhaseId): PlanSeen {
    const phase = this.phases.find((candidate) => candidate.id === id);
    if (this.invalid || phase === undefined) return { kind: 'invalid', tip: this.tip, diagnostics: [] };
    const histories: Record<string, RowHistory> = {};
    for (const [task, attempts] of this.#attempts) histories[task] = { attempts, reopened: 0 };
    return { kind: 'valid', tip: this.tip, title: phase.title, tasks: phase.tasks, histories, changes: [] };
  }

  #publish({ ownership, transitions, run }: PublishInput): PublishResult {
    if (this.refuse !== undefined) return this.refuse;
    if (ownership !== undefined) {
      this.ownership.push(`${ownership.kind} ${run}`);
      this.#commits += 1;
    }
    const conflicts = transitions.flatMap((change) => {
      if (this.published.some(({ op }) => op === change.op)) return [];
      const found = this.row(change.task).status;
      if (found !== change.from)
        return [{ op: change.op, task: change.task, found, kind: 'person-set' as const, detail: `is ${found}` }];
      this.published.push(change);
      this.#attempts.set(change.task, change.attempt);
      this.#write(change.task, change.cells);
      return [];
    });
    const refused = new Set(conflicts.map(({ op }) => op));
    const written = transitions.map(({ op }) => op).filter((op) => !refused.has(op));
    return { kind: 'published', tip: this.tip, written, conflicts, changedByOthers: false };
  }

  #write(id: string, change: Partial<Task>): void {
    this.row(id);
    this.phases = this.phases.map((phase) => ({
      ...phase,
      tasks: phase.tasks.map((task) => (task.id === id ? { ...task, ...change } : task)),
    }));
    this.#commits += 1;
  }

  async #change(): Promise<void> {
    const context = Context.current();
    const heard = new Promise<void>((resolve) => this.#changed.push(resolve));
    const beat = setInterval(() => context.heartbeat(), 200);
    try {
      await Promise.race([heard, context.cancelled]);
    } finally {
      clearInterval(beat);
    }
  }
}

function start<I extends AttemptInput>(input: I, behave: Behaviour<I>): { over: Promise<StepEnd>; kill(): void } {
  let kill = (): void => undefined;
  const killed = new Promise<void>((resolve) => (kill = resolve));
  const over = Promise.race([behave(input, killed), killed.then((): StepEnd => ({ kind: 'killed' }))]);
  return { over, kill };
}

const usage = { input: 1_000, cacheRead: 0, cacheWrite: 0, output: 200, claimed: false };
let commits = 0;

export function worked(input: RunAgentInput): StepEnd {
  commits += 1;
  return { kind: 'worked', commit: shaOf(0xabc000 + commits), usage, notes: `did ${input.task.id}` };
}

/** Never ends by itself. */
export function forever(_input: RunAgentInput, killed: Promise<void>): Promise<StepEnd> {
  return killed.then(() => ({ kind: 'killed', usage }));
}

export function failedGate(input: RunGatesInput): StepEnd {
  const evidence = { exitCode: 1, durationMs: 1, lastLines: ['1 test failed'], log: '/log' };
  const failure = { reason: 'gate-failed', gate: 'test', command: 'npm test', ...evidence } as const;
  return { kind: 'gated', commit: input.commit, verdicts: [{ gate: 'test', kind: 'failed', durationMs: 1, failure }] };
}
