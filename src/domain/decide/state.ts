/**
 * What the scheduler of one phase knows. JSON only: it is carried over continue-as-new.
 * A hold (pause, limit, claim on its way, branch taken, approval) is computed by wait-reason.ts, never stored here.
 */
import type { Failure } from '../failure.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { CommitSha, PhaseId, PlanId, RunId, StepName } from '../ids.ts';
import type { ApprovalPoint } from '../plan.ts';
import type { Policy } from '../policy.ts';
import type { SettledStatus } from '../row-status.ts';
import type { AgentSession, Verdict } from '../step.ts';
import type { Transition } from '../transition.ts';
import type { TokenUsage } from '../usage.ts';

/** What an operator asked of the run: one value, owned by the plan run, handed to each phase. */
export type Control =
  | { readonly kind: 'running' }
  | { readonly kind: 'paused'; readonly interrupt: boolean; readonly by: string; readonly why: string }
  | { readonly kind: 'stopping'; readonly by: string; readonly why: string };

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
  | { readonly kind: 'running' }
  | { readonly kind: 'green' }
  | { readonly kind: 'red'; readonly verdicts: readonly Verdict[] };

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
}

/** What follows once a cancelled step is proven dead. */
export type AttemptEnding =
  /** The row goes back to `not-started` (stop). */
  | { readonly kind: 'release' }
  /** The step is due again, same attempt and session (`pause --now`). */
  | { readonly kind: 'interrupt' }
  /** The row is `failed`, noted. */
  | { readonly kind: 'cancel'; readonly by: string; readonly why: string }
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
}
