/**
 * A small world for the scheduler: it answers commands with seeded chance, keeps the remote's rows, and checks the
 * numbered invariants of decide.ts at every command and after every event. No clock, no I/O: one seed, one story.
 */
import type { Command, PhaseEnd, RunStep } from '../../src/domain/decide/commands.ts';
import { decide } from '../../src/domain/decide/decide.ts';
import { refusal } from '../../src/domain/decide/on-operator.ts';
import type { Event, OperatorRequest } from '../../src/domain/decide/events.ts';
import { fromSnapshot, toSnapshot } from '../../src/domain/decide/snapshot.ts';
import { initialState, type PhaseState } from '../../src/domain/decide/state.ts';
import { parseOpId, phaseId, type TaskId } from '../../src/domain/ids.ts';
import type { RowHistory, Task } from '../../src/domain/plan.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { failurePolicy } from '../../src/domain/failure.ts';
import { unpublishedMaxMs } from '../../src/domain/policy.ts';
import { isSatisfied, type RowStatus } from '../../src/domain/row-status.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import type { Transition } from '../../src/domain/transition.ts';
import { withCells } from '../../src/domain/decide/draft.ts';
import {
  agentFailure,
  gateFailure,
  instant,
  type News,
  passed,
  red,
  runState,
  sha,
  start,
  usage,
} from './state-builder.ts';

export interface Chances {
  /** Ends that spend or settle: failures, blocked, red gates, landing conflicts. */
  readonly failures: number;
  /** Interruptions, limits, lost answers, moved branches. */
  readonly faults: number;
  /** Requests of an operator. */
  readonly requests: number;
  /** Edits of people in the plan. */
  readonly edits: number;
  /** Continue-as-new between two events. */
  readonly snapshots: number;
}

export const calm: Chances = { failures: 0, faults: 0, requests: 0, edits: 0, snapshots: 0 };

/** mulberry32: small, seeded, the same on every machine. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Happening {
  readonly weight: number;
  readonly run: () => void;
}

export class Simulator {
  state: PhaseState;
  end: PhaseEnd | undefined;
  /** Whether every event is followed by a look for a changed input: dear. */
  isSlow = true;
  readonly log: Command[] = [];
  /** Rows on the remote. */
  #rows: Task[];
  readonly #histories = new Map<string, { attempts: number; reopened: number; claimedBy: boolean }>();
  readonly #random: () => number;
  readonly #chances: Chances;
  #ms = 0;
  #commits = 1000;
  /** Living steps by task; D10 is about their being gone. */
  readonly #steps = new Map<string, RunStep>();
  readonly #ending = new Set<string>();
  #push: (Command & { kind: 'publish' }) | undefined;
  readonly #bases = new Set<string>();
  readonly #timers = new Map<string, number>();
  readonly #writtenOps = new Set<string>();
  readonly #queuedClaims = new Set<string>();
  readonly #green = new Set<string>();
  readonly #keys = new Set<string>();
  /** Failures that spend an attempt, by task and reopening. */
  readonly #spent = new Map<string, number>();
  #isFrozen = false;

  constructor(rows: readonly Task[], seed: number, chances: Chances, policy: Partial<Policy> = {}) {
    this.#rows = [...rows];
    this.#random = chance(seed);
    this.#chances = chances;
    this.state = initialState({ run: runState({}, policy), phase: phaseId(1), title: 'Phase 1' });
    this.#see();
  }

  get rows(): readonly Task[] {
    return this.#rows;
  }

  /** Plays until the phase ends; throws when it does not within so many events. */
  play(eventsMax = 20_000): PhaseEnd {
    for (let turn = 0; turn < eventsMax && this.end === undefined; turn += 1) this.#turn();
    if (this.end === undefined) throw new Error(`no end after ${eventsMax} events`);
    return this.end;
  }

  #turn(): void {
    const all = [...this.#answers(), ...this.#people()];
    const total = all.reduce((sum, one) => sum + one.weight, 0);
    if (total === 0) throw new Error(`stuck: ${JSON.stringify(this.state.tasks.map((task) => task.kind))}`);
    let at = this.#random() * total;
    for (const one of all) {
      at -= one.weight;
      if (at > 0) continue;
      one.run();
      return;
    }
    all.at(-1)?.run();
  }

  #answers(): Happening[] {
    const happenings: Happening[] = [];
    for (const step of this.#steps.values()) {
      if (this.#ending.has(step.task)) happenings.push({ weight: 1, run: () => this.#killed(step) });
      else happenings.push({ weight: 1, run: () => this.#answer(step) });
    }
    if (this.#push !== undefined) happenings.push({ weight: 2, run: () => this.#published() });
    for (const repo of this.#bases) happenings.push({ weight: 1, run: () => this.#gateBase(repo) });
    const next = [...this.#timers].sort((a, b) => a[1] - b[1])[0];
    // Time passes only when nothing else is left, or now and then.
    if (next !== undefined)
      happenings.push({ weight: happenings.length === 0 ? 1 : 0.02, run: () => this.#timer(next[0], next[1]) });
    return happenings;
  }

  #people(): Happening[] {
    const { requests, edits, snapshots } = this.#chances;
    const isHeld = this.state.run.control.kind === 'paused' || this.state.run.breaker !== undefined;
    const isAgentStopped = Object.values(this.state.run.agentHolds).some((hold) => hold.until === undefined);
    const mustHelp = isHeld || isAgentStopped;
    return [
      { weight: requests, run: () => this.#request() },
      { weight: edits, run: () => this.#edit() },
      { weight: snapshots, run: () => this.#compact() },
      // A person comes back sooner or later.
      { weight: mustHelp ? 0.2 : 0, run: () => this.#ask({ kind: 'control', control: { kind: 'running' } }) },
      { weight: this.#isWaitingForApproval() ? 0.2 : 0, run: () => this.#approveAll() },
    ];
  }

  #hear(news: News, waitMs = 5): void {
    this.#ms += waitMs;
    const before = this.state;
    const copy = this.isSlow ? JSON.stringify(before) : '';
    const event = { ...news, at: instant(this.#ms) } as Event;
    const { state, commands } = decide(before, event);
    if (this.isSlow) check(JSON.stringify(before) === copy, 'decide changed its input');
    this.state = state;
    for (const transition of state.queued) if (isClaim(transition)) this.#queuedClaims.add(transition.op);
    this.#checkState();
    for (const command of commands) this.#carryOut(command);
  }

  #carryOut(command: Command): void {
    this.log.push(command);
    check(this.end === undefined, 'a command after the end');
    switch (command.kind) {
      case 'publish':
        check(this.#push === undefined, 'D6: two pushes in flight');
        check(this.state.planProblem === undefined, 'a push while the plan cannot be read');
        this.#push = command;
        return;
      case 'run-step':
        this.#checkStart(command);
        this.#steps.set(command.task, command);
        return;
      case 'gate-base':
        check(!this.#isFrozen, 'a base gate while frozen');
        this.#bases.add(command.repo);
        return;
      case 'end-step':
        check(this.#steps.has(command.task), 'the end of a step that does not run');
        this.#ending.add(command.task);
        return;
      case 'set-timer':
        check(Date.parse(command.at) > Date.parse(instant(this.#ms)), 'a timer in the past');
        check(
          (this.#timers.get(command.timer) ?? Infinity) > Date.parse(command.at) - Date.parse(start) ||
            (this.#timers.get(command.timer) ?? 0) <= this.#ms,
          `${command.timer} is set already`,
        );
        this.#timers.set(command.timer, Date.parse(command.at) - Date.parse(start));
        return;
      case 'notify':
        return;
      case 'end-phase':
        check(this.#steps.size === 0, 'D10: the phase ended while a step lives');
        this.end = command.end;
    }
  }

  #checkStart(step: RunStep): void {
    const { run } = this.state;
    const at = this.state.graph.tasks.findIndex((row) => row.id === step.task);
    const task = this.state.tasks[at];
    check(!this.#steps.has(step.task), `D3/D10: ${step.task} has a living step`);
    check(task?.kind === 'claimed', 'a step of a task that is not claimed');
    check(!this.#isFrozen, 'D9: a step while frozen');
    const key = `${step.task}.a${step.attempt}.${step.step}.${step.turn}`;
    check(!this.#keys.has(key), `${key} was started before`);
    this.#keys.add(key);
    const spent = this.#spent.get(`${step.task}.g${step.reopened}`) ?? 0;
    check(spent < run.policy.attempts, `D7: ${key} after ${spent} spent attempts`);
    const claimOp = [...this.#queuedClaims].some((op) => op.includes(`:${step.task}:a${step.attempt}.`));
    check(claimOp, `D1: ${step.task} a${step.attempt} has no claim`);
    if (step.step === 'land') {
      check(task.claim === 'published', 'D4: land without a published claim');
      check(
        [...this.#writtenOps].some((op) => op.includes(`:${step.task}:a${step.attempt}.`) && op.endsWith(':claim')),
        'D4: land before its claim is on the remote',
      );
      check(this.#green.has(`${step.task} ${step.commit}`), 'D4: land of a commit without green gates');
      return;
    }
    if (step.step === 'gates') return;
    check(run.control.kind === 'running', 'D9: an agent while not running');
    check(run.breaker === undefined, 'D9: an agent with an open breaker');
    check(this.state.planProblem === undefined, 'D9: an agent with an unreadable plan');
    check(run.ownership === 'published', 'D9: an agent without ownership');
    const [oldest] = this.state.queued;
    check(
      oldest === undefined || Date.parse(oldest.at) + unpublishedMaxMs > Date.parse(instant(this.#ms)),
      'D9: an agent while the remote is silent',
    );
    check(run.baseGates[this.state.graph.tasks[at]?.repo ?? '']?.kind === 'green', 'D9: an agent on a base not green');
  }

  #checkState(): void {
    const { state } = this;
    const { policy } = state.run;
    let busy = 0;
    const branches = new Map<string, TaskId>();
    const claimed: number[] = [];
    const ready: number[] = [];
    for (const [number, task] of state.tasks.entries()) {
      const row = state.graph.tasks[number];
      if (row === undefined) throw new Error('a task without a row');
      check(task.tally.spent <= policy.attempts, `D7: ${row.id} spent ${task.tally.spent}`);
      if (task.kind === 'idle' && state.opened) {
        const missing = (state.graph.needs[number] ?? []).filter((need) => {
          const other = state.tasks[need];
          return !(other?.kind === 'settled' && isSatisfied(other.as));
        }).length;
        check(missing === task.missing, `${row.id} misses ${missing}, says ${task.missing}`);
        if (missing === 0) ready.push(number);
      }
      if (task.kind !== 'claimed') continue;
      claimed.push(number);
      const { attempt } = task;
      if ((attempt.step === 'prepare' || attempt.step === 'agent') && attempt.stepIs !== 'due') busy += 1;
      if (attempt.holdsBranch !== true) continue;
      check(!branches.has(row.branch), `D5: ${row.id} and ${branches.get(row.branch)} land on ${row.branch}`);
      branches.set(row.branch, row.id);
    }
    check(busy <= Math.max(policy.concurrency, this.#mostConcurrency), `D11: ${busy} agents at ${policy.concurrency}`);
    check(same([...state.claimed], claimed), 'claimed is not true');
    check(same([...state.ready], ready), 'ready is not true');
  }

  /** A lowered limit ends nothing that runs. */
  #mostConcurrency = 0;

  #answer(step: RunStep): void {
    const at = this.#random();
    const { failures, faults } = this.#chances;
    if (at < faults / 4) {
      this.#hear({ kind: 'step-lost', task: step.task, attempt: step.attempt, step: step.step });
      return;
    }
    this.#end(step, this.#endOf(step, at < faults / 2, this.#random() < failures));
  }

  #end(step: RunStep, end: StepEnd): void {
    this.#steps.delete(step.task);
    this.#ending.delete(step.task);
    const isRed = end.kind === 'gated' && end.verdicts.some((verdict) => verdict.kind !== 'passed');
    const isSpent = end.kind === 'failed' && failurePolicy[end.failure.reason].spendsAttempt;
    const key = `${step.task}.g${step.reopened}`;
    if (isRed || isSpent) this.#spent.set(key, (this.#spent.get(key) ?? 0) + 1);
    this.#hear({ kind: 'step-ended', task: step.task, attempt: step.attempt, step: step.step, end });
  }

  #killed(step: RunStep): void {
    const isLate = this.#random() < 0.2;
    this.#end(step, isLate ? this.#endOf(step, false, false) : { kind: 'killed' });
  }

  #endOf(step: RunStep, isFault: boolean, isFailure: boolean): StepEnd {
    if (isFault) return this.#faultOf(step);
    if (isFailure) return this.#failureOf(step);
    switch (step.step) {
      case 'prepare':
        return { kind: 'prepared', host: 'h1', base: this.#commit() };
      case 'agent':
        return this.#random() < 0.1
          ? { kind: 'no-change', notes: 'nothing to do', usage: usage(10) }
          : { kind: 'worked', commit: this.#commit(), notes: 'done', usage: usage(100) };
      case 'gates':
        this.#green.add(`${step.task} ${step.commit}`);
        return { kind: 'gated', commit: step.commit ?? sha(0), verdicts: [passed] };
      case 'land':
        return { kind: 'landed', commit: step.commit ?? sha(0) };
    }
  }

  #faultOf(step: RunStep): StepEnd {
    const at = this.#random();
    if (step.step === 'agent' && at < 0.5)
      return {
        kind: 'limited',
        agent: step.agent,
        usage: usage(1),
        ...(at < 0.3 ? { until: instant(this.#ms + (at < 0.2 ? 60_000 : -5)) } : {}),
      };
    if (step.step === 'land' && at < 0.7) {
      const tip = this.#commit();
      return { kind: 'moved', tip, combined: this.#commit(), byOthers: at < 0.5 };
    }
    if (step.step === 'gates' && at < 0.3) return { kind: 'gated', commit: sha(3), verdicts: [passed] };
    return { kind: 'interrupted', usage: usage(1) };
  }

  #failureOf(step: RunStep): StepEnd {
    const at = this.#random();
    switch (step.step) {
      case 'prepare':
        return at < 0.3
          ? { kind: 'failed', failure: { reason: 'base-conflict', paths: ['a'], branch: 'b' } }
          : { kind: 'failed', failure: { reason: 'workspace-lost', host: 'h1' } };
      case 'agent':
        if (at < 0.15) return { kind: 'blocked', notes: 'needs a key', usage: usage(5) };
        if (at < 0.25)
          return { kind: 'failed', failure: { reason: 'agent-not-authorised', agent: step.agent, text: 'log in' } };
        if (at < 0.35) return { kind: 'failed', failure: { reason: 'session-lost', agent: step.agent } };
        return { kind: 'failed', failure: agentFailure(), usage: usage(7) };
      case 'gates':
        return at < 0.9
          ? { kind: 'gated', commit: step.commit ?? sha(0), verdicts: [passed, red(at < 0.5 ? 'lint' : 'test')] }
          : { kind: 'failed', failure: gateFailure('errored') };
      case 'land':
        return at < 0.7
          ? { kind: 'failed', failure: { reason: 'landing-conflict', paths: ['x'], branch: 'work' } }
          : { kind: 'failed', failure: { reason: 'push-refused', branch: 'work', text: 'no' } };
    }
  }

  #published(): void {
    const push = this.#push;
    if (push === undefined) return;
    this.#push = undefined;
    const written: string[] = [];
    const conflicts = push.transitions.flatMap((transition) => {
      const conflict = this.#write(transition);
      if (conflict === undefined) written.push(transition.op);
      return conflict ?? [];
    });
    this.#hear({ kind: 'published', tip: this.#commit(), written, conflicts });
    if (this.#random() < this.#chances.edits) this.#see();
  }

  /** The remote's side of a transition, as strict as the publisher. */
  #write(transition: Transition) {
    const at = this.#rows.findIndex((row) => row.id === transition.task);
    const row = this.#rows[at];
    const conflict = (found: string, kind: 'person-set' | 'needs-undone' | 'cell-changed') => ({
      op: transition.op,
      task: transition.task,
      found,
      kind,
      detail: `${found} where ${transition.from} was expected`,
    });
    if (row === undefined) return conflict('removed', 'person-set');
    if (row.status !== transition.from) {
      const isPerson = row.status === 'done' || row.status === 'skipped' || row.status === 'not-started';
      return conflict(row.status, isPerson ? 'person-set' : 'cell-changed');
    }
    check(row.status !== 'done', 'D2: done was undone');
    if (transition.from === 'not-started' && transition.to === 'in-progress') {
      const isOpen = row.needs.some((need) => {
        const other = this.#rows.find((candidate) => candidate.id === need);
        return other !== undefined && !isSatisfied(other.status);
      });
      if (isOpen) return conflict(row.status, 'needs-undone');
    }
    this.#rows[at] = withCells(row, transition.cells);
    this.#writtenOps.add(transition.op);
    const { attempts, reopened } = this.#histories.get(row.id) ?? { attempts: 0, reopened: 0 };
    const parts = parseOpId(transition.op);
    this.#histories.set(row.id, {
      attempts: Math.max(attempts, parts?.attempt ?? 0),
      reopened: Math.max(reopened, parts?.reopened ?? 0),
      claimedBy: transition.to === 'in-progress',
    });
    return undefined;
  }

  #gateBase(repo: string): void {
    this.#bases.delete(repo);
    this.#hear({ kind: 'base-gated', repo, verdicts: [passed] });
  }

  #timer(name: string, at: number): void {
    this.#timers.delete(name);
    const waitMs = Math.max(0, at - this.#ms);
    this.#hear({ kind: 'timer', timer: name as 'limit-over' }, waitMs);
  }

  #see(): void {
    const histories: Record<string, RowHistory> = {};
    for (const [id, { attempts, reopened, claimedBy }] of this.#histories) {
      const isClaimed = claimedBy && this.#rows.find((row) => row.id === id)?.status === 'in-progress';
      histories[id] = { attempts, reopened, ...(isClaimed ? { claimedBy: this.state.run.run } : {}) };
    }
    const phase = { id: phaseId(1), title: 'Phase 1', tasks: [...this.#rows] };
    this.#hear({ kind: 'plan-seen', tip: this.#commit(), phase, histories, changes: [] });
  }

  #ask(request: OperatorRequest): void {
    if (refusal(this.state, request) !== undefined) {
      const { state, commands } = decide(this.state, { kind: 'operator', request, at: instant(this.#ms) });
      check(
        same(state, this.state) || commands.length > 0 || state === this.state,
        'a refused request changed the state',
      );
    }
    if (request.kind === 'set-concurrency')
      this.#mostConcurrency = Math.max(this.#mostConcurrency, this.state.run.policy.concurrency);
    this.#hear({ kind: 'operator', request });
  }

  #request(): void {
    const at = this.#random();
    const row = this.#rows[Math.floor(this.#random() * this.#rows.length)];
    if (row === undefined) return;
    const by = { by: 'ann', why: 'test' };
    if (at < 0.15) this.#ask({ kind: 'control', control: { kind: 'paused', interrupt: at < 0.07, ...by } });
    else if (at < 0.3) this.#ask({ kind: 'control', control: { kind: 'running' } });
    else if (at < 0.31) this.#ask({ kind: 'control', control: { kind: 'stopping', ...by } });
    else if (at < 0.4) this.#ask({ kind: 'set-concurrency', concurrency: 1 + Math.floor(this.#random() * 4), ...by });
    else if (at < 0.55) this.#ask({ kind: 'cancel', task: row.id, ...by });
    else if (at < 0.8) this.#ask({ kind: 'retry', task: row.id, ...by });
    else if (at < 0.9) this.#ask({ kind: 'skip', task: row.id, ...by });
    else this.#ask({ kind: 'approve', task: row.id, ...by });
  }

  #isWaitingForApproval(): boolean {
    return this.#rows.some((row) => row.approve.length > 0);
  }

  #approveAll(): void {
    for (const row of this.#rows) {
      const request = { kind: 'approve', task: row.id, by: 'ann', why: '' } as const;
      if (this.end === undefined && refusal(this.state, request) === undefined) this.#ask(request);
    }
  }

  #edit(): void {
    const at = this.#random();
    const number = Math.floor(this.#random() * this.#rows.length);
    const row = this.#rows[number];
    if (row === undefined) return;
    const set = (status: RowStatus) => {
      this.#rows[number] = { ...row, status };
      // What stands in the row is no claim of a commit of ours any more.
      const history = this.#histories.get(row.id);
      if (history !== undefined) this.#histories.set(row.id, { ...history, claimedBy: false });
    };
    if (at < 0.15) set('not-started');
    else if (at < 0.3) set('done');
    else if (at < 0.37) set('skipped');
    else if (at < 0.385) set('failed');
    else if (at < 0.4) set('in-progress');
    else if (at < 0.6) this.#rows[number] = { ...row, description: `${row.description}!` };
    else if (at < 0.7) this.#rows.reverse();
    else if (at < 0.75 && this.#rows.length > 2) {
      this.#rows = this.#rows
        .filter((other) => other.id !== row.id)
        .map((other) => ({ ...other, needs: other.needs.filter((need) => need !== row.id) }));
    } else if (at < 0.85) {
      const diagnostic = {
        file: 'tasks.md',
        line: 1,
        column: 1,
        length: 1,
        severity: 'error',
        code: 'x',
        message: 'Unexpected',
        advice: '',
      } as const;
      this.#hear({ kind: 'plan-invalid', tip: this.#commit(), diagnostics: [diagnostic] });
    }
    if (this.end === undefined) this.#see();
  }

  /** Freezes, takes the snapshot, and goes on from it as the next execution does. */
  #compact(): void {
    this.#hear({ kind: 'compaction-due' });
    this.#isFrozen = true;
    // Short work is waited for, as the workflow does; what is left is carried.
    for (let turn = 0; turn < 20 && this.end === undefined; turn += 1) {
      const happening = this.#answers()[0];
      if (happening === undefined || this.#random() < 0.4) break;
      happening.run();
    }
    if (this.end !== undefined) return;
    const snapshot = JSON.parse(JSON.stringify(toSnapshot(this.state))) as ReturnType<typeof toSnapshot>;
    this.state = fromSnapshot(snapshot, { phase: phaseId(1), title: 'Phase 1' });
    this.#timers.clear();
    for (const [name, at] of Object.entries(snapshot.timers))
      this.#timers.set(name, Date.parse(at) - Date.parse(start));
    this.#isFrozen = false;
    this.#see();
  }

  #commit() {
    this.#commits += 1;
    return sha(this.#commits);
  }
}

function isClaim(transition: Transition): boolean {
  return transition.op.endsWith(':claim');
}

function same(a: unknown, b: unknown): boolean {
  const order = (value: unknown): unknown =>
    Array.isArray(value) && value.every((one) => typeof one === 'number') ? [...value].sort((x, y) => x - y) : value;
  return JSON.stringify(order(a)) === JSON.stringify(order(b));
}

function check(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Error(text);
}
