/** The activities, one interface per task queue, with inputs and results. Types only: our own workflows made the inputs, so activities do not check them again. Spec 6. */
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { Notice, PhaseEnd } from '../domain/decide/commands.ts';
import type { PublishConflict, RefusedWhy } from '../domain/decide/events.ts';
import type { Failure } from '../domain/failure.ts';
import type { CommitSha, OpId, PhaseId, RunId, StepKey } from '../domain/ids.ts';
import type { PlanChange, RowHistory, Task } from '../domain/plan.ts';
import type { AgentSession, StepEnd, Verdict } from '../domain/step.ts';
import type { Transition } from '../domain/transition.ts';
import type { AgentSettings, PlanSettings, RepoSettings, RunSettings } from './run-settings.ts';

/** Phases and their counts only: planWorkflow never holds tasks. `open` is missing when every task is satisfied. */
export type OutlineSeen =
  | {
      readonly kind: 'valid';
      readonly tip: CommitSha;
      readonly open?: PhaseId;
      readonly phases: readonly PhaseOutline[];
    }
  | { readonly kind: 'invalid'; readonly tip: CommitSha; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'missing'; readonly detail: string };

export interface PhaseOutline {
  readonly id: PhaseId;
  readonly title: string;
  readonly satisfied: number;
  readonly tasks: number;
}

/** One phase's tasks at a tip, in pages of at most 200 KB; `nextPage` is the number of the first task of the next one. All pages are read at one tip. */
export type PlanSeen =
  | {
      readonly kind: 'valid';
      readonly tip: CommitSha;
      readonly title: string;
      readonly tasks: readonly Task[];
      /** By task id; rows that no commit of Tallyman touched are left out. */
      readonly histories: Readonly<Record<string, RowHistory>>;
      readonly changes: readonly PlanChange[];
      readonly nextPage?: number;
    }
  | { readonly kind: 'invalid'; readonly tip: CommitSha; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly why: RefusedWhy; readonly detail: string };

export interface ReadPhaseInput {
  readonly plan: PlanSettings;
  readonly phase: PhaseId;
  readonly at?: CommitSha;
  readonly page?: number;
  /** What people changed since this tip is named in the answer; missing: nothing is. */
  readonly since?: CommitSha;
  /** Remotes beside the plan's own on which tasks may have landed; missing: none. */
  readonly remotes?: readonly string[];
}

/** Returns when the tip is not `since` for a commit that is not an op of this run, or the branch was rewritten or is missing. */
export interface WatchPlanInput {
  readonly plan: PlanSettings;
  readonly run: RunId;
  readonly phase: PhaseId;
  readonly since: CommitSha;
}

export interface PublishInput {
  readonly plan: PlanSettings;
  readonly run: RunId;
  /** `begin`: the first push of a run carries its ownership commit. `end`: the run is over. */
  readonly ownership?:
    { readonly kind: 'begin'; readonly home: string; readonly takeOver: boolean } | { readonly kind: 'end' };
  /** Workflow time: date of an ownership commit. */
  readonly at: string;
  /** Newest tip the run has seen; the ownership commit's base when there are no transitions. */
  readonly tip: CommitSha;
  readonly transitions: readonly Transition[];
}

export type PublishResult =
  | {
      readonly kind: 'published';
      readonly tip: CommitSha;
      readonly written: readonly OpId[];
      readonly conflicts: readonly PublishConflict[];
      /** People changed the plan since the last tip: the phase reads it again. */
      readonly changedByOthers: boolean;
    }
  /** The file at the tip cannot be read: nothing was written; asked again when it is valid. */
  | { readonly kind: 'plan-invalid'; readonly tip: CommitSha; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly why: RefusedWhy; readonly detail: string };

/** What every step of an attempt gets. */
export interface AttemptInput {
  readonly key: StepKey;
  readonly plan: PlanSettings;
  readonly run: RunId;
  readonly task: Task;
  readonly attempt: number;
  readonly reopened: number;
  readonly repo: RepoSettings;
  readonly settings: Pick<RunSettings, 'commitType' | 'commitAuthor' | 'refs' | 'killGraceMs' | 'referenceReport'> & {
    readonly promptTemplate?: string;
  };
}

export interface PrepareInput extends AttemptInput {
  /** Make the workspace anew even when the task has one on this host. */
  readonly fresh: boolean;
  /** Branches of the task's needs, to be merged into the start where they are not contained. */
  readonly stackOn: readonly string[];
  /** Name of the agent, for its own preparations. */
  readonly agent: AgentSettings;
}

export interface RunAgentInput extends AttemptInput {
  readonly base: CommitSha;
  readonly agent: AgentSettings;
  readonly session?: AgentSession;
  readonly lastFailure?: Failure;
}

export interface RunGatesInput extends AttemptInput {
  readonly base: CommitSha;
  readonly commit: CommitSha;
}

export interface LandInput extends AttemptInput {
  readonly base: CommitSha;
  /** The commit to land: exactly what the green verdicts are on. */
  readonly commit: CommitSha;
  readonly verdicts: readonly Verdict[];
  /** Workflow time: committer date of rebased commits. */
  readonly at: string;
}

export interface GateBaseInput {
  readonly key: StepKey;
  readonly plan: PlanSettings;
  readonly repo: RepoSettings;
  readonly killGraceMs: number;
}

/** Task queue `tallyman`. */
export interface RunActivities {
  readOutline(input: { readonly plan: PlanSettings }): Promise<OutlineSeen>;
  readPhase(input: ReadPhaseInput): Promise<PlanSeen>;
  watchPlan(
    input: WatchPlanInput,
  ): Promise<
    | { readonly kind: 'changed'; readonly tip: CommitSha }
    | { readonly kind: 'refused'; readonly why: RefusedWhy; readonly detail: string }
  >;
  publish(input: PublishInput): Promise<PublishResult>;
  /** Landed records and attempt refs of tasks that are done or skipped: gone. */
  removeRefs(input: {
    readonly plan: PlanSettings;
    readonly run: RunId;
    readonly refs: RunSettings['refs'];
    readonly remotes: readonly string[];
  }): Promise<void>;
  notify(input: { readonly settings: RunSettings['notify']; readonly notice: Notice }): Promise<void>;
  writeReport(input: {
    readonly plan: PlanSettings;
    readonly run: RunId;
    readonly end: PhaseEnd['kind'];
    readonly summary: string;
  }): Promise<{ readonly path: string }>;
}

/** Task queue `tallyman-work`: any host. */
export interface WorkActivities {
  prepareWorkspace(input: PrepareInput): Promise<StepEnd>;
  gateBase(input: GateBaseInput): Promise<{ readonly commit?: CommitSha; readonly verdicts: readonly Verdict[] }>;
}

/** Task queue `tallyman-work@<host>`: the host that has the workspace. */
export interface HostActivities {
  runAgent(input: RunAgentInput): Promise<StepEnd>;
  runGates(input: RunGatesInput): Promise<StepEnd>;
  land(input: LandInput): Promise<StepEnd>;
  endStep(input: { readonly key: StepKey; readonly graceMs: number }): Promise<'killed' | 'was-over' | 'unknown'>;
  /** Workspaces and run records of a settled task whose row is on the remote. */
  cleanTask(input: {
    readonly plan: PlanSettings;
    readonly task: string;
    readonly run: RunId;
    readonly keep: boolean;
  }): Promise<void>;
}

export interface Activities {
  readonly run: RunActivities;
  readonly work: WorkActivities;
  readonly host: HostActivities;
}
