/** All that a phase can ask for, and how it ends. Carried out in order by workflows/carry-out.ts. Spec 4.3. */
import type { CommitSha, StepKey, StepName, TaskId } from '../ids.ts';
import type { Failure } from '../failure.ts';
import type { AgentSession, Verdict } from '../step.ts';
import type { Transition } from '../transition.ts';
import type { RefusedWhy, TimerName } from './events.ts';
import type { PhaseState, RunState } from './state.ts';

export type PhaseEnd = { readonly run: RunState } & (
  | { readonly kind: 'completed' }
  | { readonly kind: 'finished-with-failures'; readonly reasons: readonly WaitReason[] }
  | { readonly kind: 'deadlocked'; readonly reasons: readonly WaitReason[] }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: RefusedWhy | 'conflict' | 'base-red'; readonly detail: string }
);

/** Why a task does not run, as data. `views/why.ts` makes the sentence. */
export type WaitReason = { readonly task: TaskId } & (
  | {
      readonly kind: 'running';
      readonly step: StepName;
      readonly attempt: number;
      readonly agent: string;
      readonly since: string;
    }
  | { readonly kind: 'settled'; readonly as: string; readonly note: string }
  | { readonly kind: 'needs'; readonly chain: readonly NeedsLink[] }
  | { readonly kind: 'theirs' }
  | { readonly kind: 'slots'; readonly concurrency: number; readonly ahead: number }
  | { readonly kind: 'paused'; readonly by: string; readonly why: string }
  | { readonly kind: 'stopping'; readonly by: string; readonly why: string }
  | { readonly kind: 'agent-held'; readonly agent: string; readonly why: string; readonly until?: string }
  | { readonly kind: 'agent-unknown'; readonly agent: string }
  | { readonly kind: 'approval'; readonly point: 'before' | 'after' }
  | { readonly kind: 'claim-on-its-way' }
  | { readonly kind: 'branch-taken'; readonly branch: string; readonly by: TaskId }
  | { readonly kind: 'branch-keeps-moving'; readonly branch: string }
  | { readonly kind: 'back-off'; readonly until: string }
  | { readonly kind: 'ending' }
  | { readonly kind: 'remote-silent'; readonly since: string }
  | { readonly kind: 'plan-invalid'; readonly first: string; readonly count: number }
  | { readonly kind: 'base-gates'; readonly repo: string; readonly state: 'running' | 'red' }
  | { readonly kind: 'breaker'; readonly cause: string }
  | { readonly kind: 'compacting' }
);

/** One link of a chain of needs: a task and how it stands. `note`: why it ended so. */
export interface NeedsLink {
  readonly task: TaskId;
  readonly status: string;
  readonly note?: string;
}

export interface Notice {
  readonly about: 'done' | 'deadlock' | 'blocker' | 'approval' | 'failed' | 'limit' | 'breaker' | 'refused';
  readonly task?: TaskId;
  /** The same key is told once. */
  readonly key: string;
  readonly text: string;
}

/** One start of a step. Everything the activity needs beyond the task and the settings. */
export interface RunStep {
  readonly kind: 'run-step';
  readonly task: TaskId;
  readonly attempt: number;
  readonly step: StepName;
  readonly turn: number;
  readonly agent: string;
  /** Missing for a first prepare: any host takes it. */
  readonly host?: string;
  readonly base?: CommitSha;
  readonly commit?: CommitSha;
  readonly session?: AgentSession;
  readonly lastFailure?: Failure;
  /** prepare: make the workspace anew. */
  readonly fresh: boolean;
  readonly reopened: number;
  /** land: what green gates were seen on. */
  readonly verdicts: readonly Verdict[];
}

export type Command =
  | { readonly kind: 'publish'; readonly ownership: boolean; readonly transitions: readonly Transition[] }
  | RunStep
  | { readonly kind: 'gate-base'; readonly repo: string; readonly turn: number }
  /** Cancel, and unless the answer is `killed`, `endStep` on the host; its answer comes back as `step-ended` with `killed`. */
  | {
      readonly kind: 'end-step';
      readonly key: StepKey;
      readonly task: TaskId;
      readonly attempt: number;
      readonly step: StepName;
      readonly host?: string;
    }
  /** One timer per name and agent: a later one replaces it. */
  | { readonly kind: 'set-timer'; readonly timer: TimerName; readonly at: string; readonly summary: string }
  | { readonly kind: 'notify'; readonly notice: Notice }
  | { readonly kind: 'end-phase'; readonly end: PhaseEnd };

/** What is true now and what to do now. */
export interface Decision {
  readonly state: PhaseState;
  readonly commands: readonly Command[];
}
