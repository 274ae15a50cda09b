/**
 * What the scheduler of one phase knows. JSON only: it is carried over continue-as-new.
 * A hold (pause, limit, claim on its way, branch taken, approval) is computed by wait-reason.ts, never stored here.
 */
import type { Failure } from '../failure.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { CommitSha, PhaseId, PlanId, RunId, StepName } from '../ids.ts';
import type { ApprovalPoint, Task } from '../plan.ts';
import type { Policy } from '../policy.ts';
import type { SettledStatus } from '../row-status.ts';
import type { AgentSession, Verdict } from '../step.ts';
import type { Transition } from '../transition.ts';
import type { TokenUsage } from '../usage.ts';
import type { Control } from './control.ts';
import type { Event, RefusedWhy } from './events.ts';

export type { Control } from './control.ts';

/** What outlives a phase: handed from planWorkflow to each phase and back. */
export interface RunState {
  readonly plan: PlanId;
  readonly run: RunId;
  /** Which rules decide() follows; an unknown number is refused. Raised at continue-as-new only. */
  readonly rules: number;
  readonly policy: Policy;
  readonly control: Control;
  /** `due`: the next publish carries the ownership commit. No agent starts before `published`. */
  readonly ownership: 'due' | 'published';
  /** Agents that may not start now. `until` missing: stopped until a person's `resume` (not authorised, missing). `waits`: limits met in a row without a stated reset. */
  readonly agentHolds: Readonly<Record<string, AgentHold>>;
  /** Causes of the last ends, newest last; the breaker counts equal ones. Emptied by a `done` and by `resume`. */
  readonly recentCauses: readonly string[];
  /** Set when the breaker opened: the cause. Dispatch holds until `resume`. */
  readonly breaker?: string;
  readonly baseGates: Readonly<Record<string, BaseGates>>;
  readonly spent: TokenUsage;
  /** Newest tip of the plan branch this run has seen. */
  readonly tip: CommitSha;
}

export interface AgentHold {
  readonly until?: string;
  readonly why: string;
  readonly waits: number;
}

/** By workspace name. `red` keeps its verdicts for the report. */
export type BaseGates =
  /** `turn`: starts of these gates, from 1. */
  | { readonly kind: 'running'; readonly turn?: number }
  | { readonly kind: 'green' }
  /** `again`: a person resumed the run; they are run once more. */
  | { readonly kind: 'red'; readonly verdicts: readonly Verdict[]; readonly turn?: number; readonly again?: boolean };

/** `due`: may start when dispatch finds no reason against it. `ending`: cancelled, not yet proven dead. */
export interface Attempt {
  /** From 1, never reused. */
  readonly number: number;
  readonly step: StepName;
  /** Starts of this step within this attempt, from 1. Grows each time the workflow starts the step anew. */
  readonly turn: number;
  readonly stepIs: 'due' | 'running' | 'ending';
  readonly startedAt: string;
  readonly agent: string;
  readonly host?: string;
  /** Commit on which the workspace starts. */
  readonly base?: CommitSha;
  /** Newest commit of the attempt's work; equal to `base` when it changed nothing. */
  readonly commit?: CommitSha;
  readonly session?: AgentSession;
  /** The agent was asked once to commit or to repeat that nothing needs changing. */
  readonly sentBack: boolean;
  /** Verdicts on `commit`; emptied when the commit changes. */
  readonly verdicts: readonly Verdict[];
  /** The agent's own words about its work. */
  readonly notes: string;
  /** What the next prompt must tell: the failure of the attempt before, or of this turn. */
  readonly lastFailure?: Failure;
  /** The workspace must be made anew before the agent starts. */
  readonly fresh: boolean;
  /** Times a person moved the branch while this attempt held it. */
  readonly moves: number;
  /** Not before this time (back-off). */
  readonly notBefore?: string;
  /** Why the running step is being ended, when it is. */
  readonly ending?: AttemptEnding;
  /** Highest turn given to each step. */
  readonly turns?: Readonly<Partial<Record<StepName, number>>>;
  /** From its first landing on, this attempt alone lands on its branch. */
  readonly holdsBranch?: boolean;
  /** Interruptions in a row, for the back-off. */
  readonly interruptions?: number;
}

/** What follows once a cancelled step is proven dead. */
export type AttemptEnding =
  /** The row goes back to `not-started` (stop). */
  | { readonly kind: 'release' }
  /** The step is due again, same attempt and session (`pause --now`). */
  | { readonly kind: 'interrupt' }
  /** The row is `failed`, noted. */
  | { readonly kind: 'cancel'; readonly by: string; readonly why: string }
  /** The row is `skipped`, noted. */
  | { readonly kind: 'skip'; readonly by: string; readonly why: string }
  /** A person's row counts; nothing is written. */
  | { readonly kind: 'yield' };

/** What is known of a task whatever its kind. */
export interface TaskTally {
  /** Attempt numbers given so far. */
  readonly attempts: number;
  /** Attempts of the current allowance that ended in a failure that spends one. */
  readonly spent: number;
  readonly conflicts: number;
  readonly reopened: number;
  /** Tokens of all attempts of this run. */
  readonly used: TokenUsage;
  /** Tokens in the row before this run: added to when it is written. */
  readonly usedBefore: number;
  readonly approved: readonly ApprovalPoint[];
  /** One line about the last end. */
  readonly note: string;
  /** An attempt was given whose claim a person's value kept from the row: its number is known here only. */
  readonly hasUnwritten?: boolean;
}

export type TaskState = { readonly tally: TaskTally } & (
  | { /** `missing`: needs within the phase that are not satisfied. */ readonly kind: 'idle'; readonly missing: number }
  | { readonly kind: 'claimed'; readonly attempt: Attempt; readonly claim: 'queued' | 'published' }
  /** An `in-progress` row that belongs to a person. */
  | { readonly kind: 'theirs' }
  | { readonly kind: 'settled'; readonly as: SettledStatus }
);

/** `tasks[n]` is the task with number n of the graph: a dense array, because a step copies it (12 µs at 10,000 tasks; a record 5,400). */
export interface PhaseState {
  readonly run: RunState;
  readonly phase: PhaseId;
  readonly title: string;
  readonly graph: PlanGraph;
  readonly tasks: readonly TaskState[];
  /** Numbers of the idle tasks with nothing missing, in dispatch order. Kept, so that no event scans all tasks. */
  readonly ready: readonly number[];
  /** Numbers of the claimed tasks, in order of claim. */
  readonly claimed: readonly number[];
  /** Unpublished transitions, first in first out. */
  readonly queued: readonly Transition[];
  /** How many of `queued` are in the push under way; 0 when none is. */
  readonly publishing: number;
  /** Set before continue-as-new: dispatch starts nothing more. */
  readonly frozen: boolean;
  /** The remote's plan cannot be read: nothing new starts, results wait. */
  readonly planProblem?: { readonly tip: CommitSha; readonly count: number; readonly first: string };
  /** Set once the phase has decided to end; nothing starts any more. */
  readonly ended: boolean;
  /** False until the rows have been seen. */
  readonly opened: boolean;
  /** What the execution before left; taken up with the first rows seen. */
  readonly carried?: PhaseSnapshot;
  /** Events that came before the first rows; heard right after them. */
  readonly early: readonly Event[];
  /** New text and dependencies of claimed rows: they count from the next attempt. By task id. */
  readonly newer: Readonly<Record<string, Task>>;
  /** Instants of the timers under way, by name. */
  readonly timers: Readonly<Record<string, string>>;
  /** When the last push began. */
  readonly lastPublishAt?: string;
  /** Keys of the notices given while the phase waits for a person. */
  readonly told: readonly string[];
  /** Why the phase must end: running steps are ended first, nothing is written any more. */
  readonly refused?: { readonly why: RefusedWhy | 'conflict' | 'base-red'; readonly detail: string };
}

/** The JSON carried over continue-as-new: running attempts and exceptions. Settled facts are in git, and the phase reads its rows again. */
export interface PhaseSnapshot {
  readonly run: RunState;
  /** By task id: claimed tasks, and those whose state the row alone does not tell. */
  readonly tasks: Readonly<Record<string, TaskState>>;
  readonly claimed: readonly string[];
  readonly queued: readonly Transition[];
  readonly publishing: number;
  /** Instant of the pending timers, by name. */
  readonly timers: Readonly<Record<string, string>>;
  readonly lastPublishAt?: string;
  readonly told?: readonly string[];
  /** Rows as the running attempts were given them: a person may edit or remove one meanwhile. */
  readonly given?: Readonly<Record<string, Task>>;
}

/** A phase before its rows have been seen. `run` is what the plan run hands on: running base gates of an earlier phase are asked anew. */
export function initialState(from: {
  readonly run: RunState;
  readonly phase: PhaseId;
  readonly title: string;
}): PhaseState {
  const gates = Object.entries(from.run.baseGates).filter(([, state]) => state.kind !== 'running');
  return {
    run: { ...from.run, baseGates: Object.fromEntries(gates) },
    phase: from.phase,
    title: from.title,
    graph: { tasks: [], needs: [], dependents: [], repos: [] },
    tasks: [],
    ready: [],
    claimed: [],
    queued: [],
    publishing: 0,
    frozen: false,
    ended: false,
    opened: false,
    early: [],
    newer: {},
    timers: {},
    told: [],
  };
}
