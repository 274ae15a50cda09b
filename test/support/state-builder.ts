/**
 * Builds phases and plays them: a table of rows, the scheduler's state, and the events that a phase hears.
 * `Play` keeps the state, hears one event at a time and hands out the commands.
 */
import type { Command, PhaseEnd, RunStep } from '../../src/domain/decide/commands.ts';
import { decide } from '../../src/domain/decide/decide.ts';
import { currentRules } from '../../src/domain/decide/rules.ts';
import type { Event, OperatorRequest } from '../../src/domain/decide/events.ts';
import { initialState, type PhaseState, type RunState } from '../../src/domain/decide/state.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { type CommitSha, commitSha, phaseId, planId, runId, taskId, type StepName } from '../../src/domain/ids.ts';
import type { ApprovalPoint, RowHistory, Task } from '../../src/domain/plan.ts';
import type { Policy } from '../../src/domain/policy.ts';
import type { RowStatus } from '../../src/domain/row-status.ts';
import type { StepEnd, Verdict } from '../../src/domain/step.ts';
import { noUsage, type TokenUsage } from '../../src/domain/usage.ts';

export const start = '2026-02-05T08:00:00.000Z';
export const run8 = runId('0123abcd');

/** An instant so many milliseconds after the start. */
export function instant(ms: number): string {
  return new Date(Date.parse(start) + ms).toISOString();
}

/** A commit told apart by its number. */
export function sha(n: number): CommitSha {
  return commitSha(n.toString(16).padStart(40, '0'));
}

export interface RowOptions {
  readonly status?: RowStatus;
  readonly needs?: readonly string[];
  readonly branch?: string;
  readonly repo?: string;
  readonly agent?: string;
  readonly estimate?: number;
  readonly priority?: number;
  readonly approve?: readonly ApprovalPoint[];
  readonly used?: number;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly description?: string;
  readonly notes?: string;
}

export function row(id: string, options: RowOptions = {}): Task {
  const { needs = [], branch = 'work', repo = '', status = 'not-started', approve = [], ...rest } = options;
  return {
    id: taskId(id),
    status,
    description: `do ${id}`,
    issue: '',
    repo,
    branch,
    needs: needs.map(taskId),
    approve,
    extra: {},
    ...rest,
  };
}

export const policy: Policy = {
  concurrency: 1,
  attempts: 3,
  order: 'auto',
  agents: { '': 'coder' },
  knownAgents: ['coder', 'other'],
  allowRed: false,
  noCommit: 'accept',
  approve: {},
  limitWaitMs: { first: 60_000, max: 3_600_000 },
  publishMinIntervalMs: 0,
  history: { events: 4000, bytes: 4_000_000 },
};

export function runState(change: Partial<RunState> = {}, changedPolicy: Partial<Policy> = {}): RunState {
  return {
    plan: planId('89abcdef'),
    run: run8,
    rules: currentRules,
    policy: { ...policy, ...changedPolicy },
    control: { kind: 'running' },
    ownership: 'due',
    agentHolds: {},
    recentCauses: [],
    baseGates: {},
    spent: noUsage,
    tip: sha(1),
    ...change,
  };
}

export function usage(output: number): TokenUsage {
  return { ...noUsage, output };
}

export const passed: Verdict = { gate: 'test', kind: 'passed', durationMs: 10 };

export function gateFailure(gate = 'test'): Failure {
  return {
    reason: 'gate-failed',
    gate,
    command: `npm run ${gate}`,
    exitCode: 1,
    durationMs: 10,
    lastLines: ['1 failing'],
    log: 'log',
  };
}

export function red(gate = 'test'): Verdict {
  return { gate, kind: 'failed', durationMs: 10, failure: gateFailure(gate) };
}

export function agentFailure(): Failure {
  return { reason: 'agent-exited', exitCode: 2, durationMs: 5, lastLines: [], log: 'log' };
}

/** Without the time, which `Play` puts on. */
export type News = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

export interface PlayOptions {
  readonly run?: Partial<RunState>;
  readonly policy?: Partial<Policy>;
  readonly histories?: Readonly<Record<string, RowHistory>>;
}

export class Play {
  state: PhaseState;
  rows: readonly Task[];
  ms = 0;
  /** Every command so far, oldest first. */
  readonly log: Command[] = [];
  #commit = 100;

  constructor(rows: readonly Task[], options: PlayOptions = {}) {
    this.rows = rows;
    this.state = initialState({ run: runState(options.run, options.policy), phase: phaseId(1), title: 'Phase 1' });
  }

  /** A phase that has seen its rows; bases are green and the claims published unless told otherwise. */
  static opened(rows: readonly Task[], options: PlayOptions & { readonly base?: 'green' | 'asked' } = {}): Play {
    const play = new Play(rows, options);
    play.seen(options.histories);
    if (options.base !== 'asked') play.greenBases();
    return play;
  }

  hear(news: News, waitMs = 1): readonly Command[] {
    this.ms += waitMs;
    const { state, commands } = decide(this.state, { ...news, at: instant(this.ms) });
    this.state = state;
    this.log.push(...commands);
    return commands;
  }

  seen(histories: Readonly<Record<string, RowHistory>> = {}, rows: readonly Task[] = this.rows): readonly Command[] {
    this.rows = rows;
    const phase = { id: phaseId(1), title: 'Phase 1', tasks: rows };
    return this.hear({ kind: 'plan-seen', tip: this.commit(), phase, histories, changes: [] });
  }

  greenBases(): readonly Command[] {
    const repos = this.log.flatMap((command) => (command.kind === 'gate-base' ? command.repo : []));
    return [...new Set(repos)].flatMap((repo) => this.hear({ kind: 'base-gated', repo, verdicts: [] }));
  }

  /** Answers the push under way: everything in it is on the remote. */
  published(): readonly Command[] {
    const written = this.state.queued.slice(0, this.state.publishing).map((transition) => transition.op);
    return this.hear({ kind: 'published', tip: this.commit(), written, conflicts: [] });
  }

  end(task: string, step: StepName, end: StepEnd, attempt = this.attempt(task)): readonly Command[] {
    return this.hear({ kind: 'step-ended', task: taskId(task), attempt, step, end });
  }

  prepared(task: string): readonly Command[] {
    return this.end(task, 'prepare', { kind: 'prepared', host: 'h1', base: sha(7) });
  }

  worked(task: string, commit = this.commit()): readonly Command[] {
    return this.end(task, 'agent', { kind: 'worked', commit, usage: usage(1000), notes: 'did it' });
  }

  gated(task: string, verdicts: readonly Verdict[] = [passed]): readonly Command[] {
    return this.end(task, 'gates', { kind: 'gated', commit: this.attemptOf(task).commit ?? sha(0), verdicts });
  }

  landed(task: string, commit = this.commit()): readonly Command[] {
    return this.end(task, 'land', { kind: 'landed', commit });
  }

  /** All steps of a claimed task to `done` in the row on the remote. */
  finish(task: string): readonly Command[] {
    this.prepared(task);
    this.worked(task);
    this.published();
    this.gated(task);
    this.landed(task);
    this.published();
    return this.published();
  }

  ask(request: OperatorRequest): readonly Command[] {
    return this.hear({ kind: 'operator', request });
  }

  task(id: string): PhaseState['tasks'][number] {
    const task = this.state.tasks[this.state.graph.tasks.findIndex((row) => row.id === id)];
    if (task === undefined) throw new Error(`no task ${id}`);
    return task;
  }

  attemptOf(id: string): (PhaseState['tasks'][number] & { kind: 'claimed' })['attempt'] {
    const task = this.task(id);
    if (task.kind !== 'claimed') throw new Error(`${id} is ${task.kind}`);
    return task.attempt;
  }

  attempt(id: string): number {
    return this.attemptOf(id).number;
  }

  get phaseEnd(): PhaseEnd | undefined {
    const [last] = this.log.flatMap((command) => (command.kind === 'end-phase' ? command.end : []));
    return last;
  }

  commit(): CommitSha {
    this.#commit += 1;
    return sha(this.#commit);
  }
}

/** Step starts among commands, as `T1.prepare`. */
export function starts(commands: readonly Command[]): readonly string[] {
  return commands.flatMap((command) => (command.kind === 'run-step' ? `${command.task}.${command.step}` : []));
}

export function runSteps(commands: readonly Command[]): readonly RunStep[] {
  return commands.filter((command) => command.kind === 'run-step');
}

/** Published transitions among commands, as `T1 not-started → in-progress`. */
export function edges(commands: readonly Command[]): readonly string[] {
  return commands.flatMap((command) =>
    command.kind === 'publish' ? command.transitions.map(({ task, from, to }) => `${task} ${from} → ${to}`) : [],
  );
}

export function kinds(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => command.kind);
}
