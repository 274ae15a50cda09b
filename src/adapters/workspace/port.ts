/** Directories of this host: a task keeps one over its attempts, a gate run has one of its own. Spec 6.3. */
import type { PlanId } from '../../domain/ids.ts';

export interface TaskWorkspace {
  /** `<root>/<plan8>/<task>`: paths carry no attempt number. */
  readonly root: string;
  /** The clone. */
  readonly code: string;
  /** Prompt for the agent, `$TALLYMAN_PROMPT`. */
  readonly promptFile: string;
  /** Result of the agent, `$TALLYMAN_RESULT`. */
  readonly resultFile: string;
  /** Home for agents that need one of their own. */
  readonly home: string;
}

export interface WorkspaceMark {
  readonly plan: PlanId;
  readonly task: string;
  readonly base: string;
  readonly run: string;
  /** Tip of the task's branch when the workspace was made; missing when there was no such branch. A landing sees by it that somebody rewrote the branch. */
  readonly branchTip?: string;
  /** Set-up has been run to its end. */
  readonly ready: boolean;
}

/** What an agent left in its result file. `unreadable`: something is there that is no readable text file of a sensible size. */
export type ResultFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface GatePlace {
  /** The clone. */
  readonly directory: string;
  /** A clone was finished there before; else there is nothing. */
  readonly ready: boolean;
  /** What the finished clone is of. */
  readonly commit?: string;
  /** The clone is finished. */
  markReady(commit: string): Promise<void>;
  remove(): Promise<void>;
}

export interface Workspaces {
  /** Paths of a task's workspace; creates nothing. */
  ofTask(plan: PlanId, task: string): TaskWorkspace;
  /** What the marker file says; undefined when there is no workspace of ours. */
  mark(workspace: TaskWorkspace): Promise<WorkspaceMark | undefined>;
  /** Makes the workspace's folder when it is missing. */
  writeMark(workspace: TaskWorkspace, mark: WorkspaceMark): Promise<void>;
  /** The folder for a clone, and the agent's home; an unmarked rest of an earlier try is removed. */
  make(workspace: TaskWorkspace): Promise<void>;
  /** Replaces the prompt file. */
  writePrompt(workspace: TaskWorkspace, text: string): Promise<void>;
  clearResult(workspace: TaskWorkspace): Promise<void>;
  /** Follows no symlink, waits for no pipe, reads at most 64 KiB. */
  readResult(workspace: TaskWorkspace): Promise<ResultFile>;
  /** Removes it, following no symlink: renamed first, then deleted. Only below our root. */
  remove(workspace: TaskWorkspace): Promise<void>;
  /** The place of one gate run; the same name gives the same place, so that a run that is taken up again goes on in it. */
  forGates(plan: PlanId, name: string): Promise<GatePlace>;
  /** Keeps the newest `count` workspaces of a plan that `release` was called for. */
  bound(plan: PlanId, count: number): Promise<void>;
  /** Its task is settled: kept for a look, removed by `bound` when its turn comes. */
  release(workspace: TaskWorkspace): Promise<void>;
  /** A folder in a clone, every part of it a real directory (no symlink that an agent made); undefined when it is not there. */
  folder(clone: string, path: string): Promise<string | undefined>;
}
