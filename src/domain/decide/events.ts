/** All that a phase can hear. `at` is workflow time, ISO 8601 UTC. Spec 4.2. */
import type { Diagnostic } from '../diagnostic.ts';
import type { CommitSha, StepName, TaskId } from '../ids.ts';
import type { Phase, PlanChange, RowHistory } from '../plan.ts';
import type { StepEnd, Verdict } from '../step.ts';
import type { Control } from './control.ts';

export type OperatorRequest =
  | { readonly kind: 'control'; readonly control: Control }
  | {
      readonly kind: 'retry' | 'skip' | 'cancel' | 'approve';
      readonly task: TaskId;
      readonly by: string;
      readonly why: string;
    }
  | { readonly kind: 'set-concurrency'; readonly concurrency: number; readonly by: string; readonly why: string };

/** `limit-over`: an agent's hold ends. `publish-again`: least time between pushes is over. `retry-later`: a back-off ends. `remote-silent`: the oldest unpublished transition has waited its time. */
export type TimerName = 'limit-over' | 'publish-again' | 'retry-later' | 'remote-silent';

export type Event = { readonly at: string } &
  /** The phase's rows at a tip: at the start, after a continue-as-new, and whenever the remote's plan changed. */
  (
    | {
        readonly kind: 'plan-seen';
        readonly tip: CommitSha;
        readonly phase: Phase;
        readonly histories: Readonly<Record<string, RowHistory>>;
        readonly changes: readonly PlanChange[];
      }
    | { readonly kind: 'plan-invalid'; readonly tip: CommitSha; readonly diagnostics: readonly Diagnostic[] }
    | {
        readonly kind: 'published';
        readonly tip: CommitSha;
        /** Op ids now on the remote. */
        readonly written: readonly string[];
        readonly conflicts: readonly PublishConflict[];
      }
    | { readonly kind: 'publish-refused'; readonly why: RefusedWhy; readonly detail: string }
    | {
        readonly kind: 'step-ended';
        readonly task: TaskId;
        readonly attempt: number;
        readonly step: StepName;
        readonly end: StepEnd;
      }
    /** The step's activity ended without a value (cancelled while queued, heartbeat time-out after a cancel): `endStep` is asked before anything goes on. */
    | { readonly kind: 'step-lost'; readonly task: TaskId; readonly attempt: number; readonly step: StepName }
    /** Two schedule-to-start time-outs in a row: the host is gone. */
    | {
        readonly kind: 'step-unclaimed';
        readonly task: TaskId;
        readonly attempt: number;
        readonly step: StepName;
        readonly host: string;
      }
    | { readonly kind: 'base-gated'; readonly repo: string; readonly verdicts: readonly Verdict[] }
    | { readonly kind: 'compaction-due' }
    | { readonly kind: 'operator'; readonly request: OperatorRequest }
    | { readonly kind: 'timer'; readonly timer: TimerName }
  );

export type RefusedWhy = 'rewritten' | 'foreign-run' | 'protected' | 'branch-missing';

export interface PublishConflict {
  readonly op: string;
  readonly task: TaskId;
  /** What stands in the row on the remote: a status word, or `removed`. */
  readonly found: string;
  /** `person-set`: a person's `done`, `skipped` or `not-started`, or a removed row: only that attempt ends. `cell-changed`: the run ends, a person resolves. */
  readonly kind: 'person-set' | 'cell-changed' | 'needs-undone';
  /** Both values, in words. */
  readonly detail: string;
}
