/** What a person wrote, checked: made only by `plan-format/parse-plan.ts`. Spec 3. */
import type { CommitSha, PhaseId, RunId, TaskId } from './ids.ts';
import type { RowStatus } from './row-status.ts';

export type ApprovalPoint = 'before' | 'after';

/** The cells that Tallyman writes. In a transition a missing key leaves the cell alone and an empty text empties it. */
export interface WrittenCells {
  readonly status?: RowStatus;
  readonly agent?: string;
  /** ISO 8601 UTC. */
  readonly startedAt?: string;
  /** ISO 8601 UTC. */
  readonly completedAt?: string;
  /** Tokens really used, all attempts. */
  readonly used?: number;
  /** Last failure, blocker or commit: goes to the `notes` column, or to the `## Task notes` list. */
  readonly notes?: string;
}

export interface Task {
  readonly id: TaskId;
  readonly status: RowStatus;
  readonly description: string;
  /** The `issue` cell as written; empty when there is none. */
  readonly issue: string;
  /** Workspace name; empty means the root of the plan's repository. */
  readonly repo: string;
  /** Branch on which the work lands; always set. */
  readonly branch: string;
  /** Must be satisfied first: the union of `depends_on` and the others' `blocks`, in table order, no duplicates. */
  readonly needs: readonly TaskId[];
  /** Where its needs land, in whatever phase, when that is another branch or repository; no duplicates. Missing when there is none. */
  readonly stackOn?: readonly { readonly repo: string; readonly branch: string }[];
  /** The `agent` cell: before a claim the agent wanted, afterwards who ran it. */
  readonly agent?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** Predicted tokens. */
  readonly estimate?: number;
  readonly used?: number;
  /** Smallest first among ready tasks. */
  readonly priority?: number;
  /** Wait for a person there. */
  readonly approve: readonly ApprovalPoint[];
  readonly notes?: string;
  /** Columns that Tallyman does not know, by header in lower case: offered to the prompt template. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface Phase {
  readonly id: PhaseId;
  readonly title: string;
  /** In table order. */
  readonly tasks: readonly Task[];
}

export interface Plan {
  /** In order; at least one. */
  readonly phases: readonly Phase[];
}

/** What the plan branch's history says of a row beyond its cells: made from the exact `Tallyman-Op` trailers and the landed records. */
export interface RowHistory {
  /** Highest attempt number ever given; 0 when no commit of Tallyman touched the row. */
  readonly attempts: number;
  /** Times it was reopened. */
  readonly reopened: number;
  /** The run whose claim the row's `in-progress` is; missing when a person wrote it. */
  readonly claimedBy?: RunId;
  /** Commit of a landed record of that claim: the work is on the branch, only the row is late. */
  readonly landed?: CommitSha;
}

/** One person's change of one row, seen on the remote. */
export type PlanChange =
  | { readonly kind: 'status-set'; readonly task: TaskId; readonly to: RowStatus }
  | { readonly kind: 'row-edited' | 'row-added' | 'row-removed'; readonly task: TaskId };
