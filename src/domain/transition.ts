/** One legal change of one row. Values, not text: plan-format turns them into cells and a commit message. Spec 5.1. */
import type { CommitSha, OpId, TaskId } from './ids.ts';
import type { WrittenCells } from './plan.ts';
import type { RowStatus } from './row-status.ts';

export interface Transition {
  /** Stable over retries: made in the workflow, never in the activity. */
  readonly op: OpId;
  readonly task: TaskId;
  readonly attempt: number;
  readonly from: RowStatus;
  readonly to: RowStatus;
  /** ISO 8601 UTC, workflow time: author and committer date, so that a rebuilt commit is the same commit. */
  readonly at: string;
  readonly cells: WrittenCells;
  /** Newest tip the run had seen when this was queued. The search for "already performed" starts here and does not move while it is unanswered. */
  readonly base: CommitSha;
}
