/** Directories of this host: a task keeps one over its attempts, a gate run gets a fresh one. Spec 6.3. */
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
  /** Set-up has been run to its end. */
  readonly ready: boolean;
}

export interface Workspaces {
  /** Paths of a task's workspace; creates nothing. */
  ofTask(plan: PlanId, task: string): TaskWorkspace;
  /** What the marker file says; undefined when there is no workspace of ours. */
  mark(workspace: TaskWorkspace): Promise<WorkspaceMark | undefined>;
  writeMark(workspace: TaskWorkspace, mark: WorkspaceMark): Promise<void>;
  /** Removes it, following no symlink: renamed first, then deleted. Only below our root and only with a marker. */
  remove(workspace: TaskWorkspace): Promise<void>;
  /** A new empty place for a gate run; `remove` deletes it. */
  forGates(plan: PlanId, task: string): Promise<{ readonly directory: string; remove(): Promise<void> }>;
  /** Keeps the newest `count` failed workspaces of a plan. */
  bound(plan: PlanId, count: number): Promise<void>;
}
