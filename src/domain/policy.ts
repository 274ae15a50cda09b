/** Every setting that the pure code reads. Part of the run settings, so it is in history and a replay sees the same. Spec 8. */

/** How the plan file is read. */
export interface PlanFormat {
  /** Source of a regular expression that a task id matches. */
  readonly idPattern: string;
  readonly phases: 'auto' | 'none';
  /** Names allowed in the `repo` column; `any` when the config names none: then a name is a folder of `apps/` or `packages/`. */
  readonly repos: readonly string[] | 'any';
  /** Branch of a row without one. */
  readonly defaultBranch: string;
}

export interface Policy {
  /** Agents that run at a time. */
  readonly concurrency: number;
  /** Attempts that may end in a failure that spends one. */
  readonly attempts: number;
  /** `auto`: table order when one agent runs at a time, longest remaining path by estimate otherwise. `priority` comes before both. */
  readonly order: 'auto' | 'table' | 'critical-path';
  /** The agent of a row that names none, by workspace name; `''` is the default. */
  readonly agents: Readonly<Record<string, string>>;
  /** Agents that a row may name. */
  readonly knownAgents: readonly string[];
  /** Run although the gates of a base are red. */
  readonly allowRed: boolean;
  /** What an honest "nothing needs changing" gives once its gates are green. */
  readonly noCommit: 'accept' | 'fail';
  /** Wait for a person: by id, category (`SEC`) or phase (`"1"`). */
  readonly approve: Readonly<Record<string, readonly ('before' | 'after')[]>>;
  /** Wait of a usage limit without a stated reset: first, then doubled up to the last. */
  readonly limitWaitMs: { readonly first: number; readonly max: number };
  /** Least time between two pushes under load. */
  readonly publishMinIntervalMs: number;
  /** Budget of one workflow execution's history; 60 % of it is when the phase continues as new. */
  readonly history: { readonly events: number; readonly bytes: number };
}

/** Nothing new starts once the oldest unpublished transition has waited this long. Spec 5.4. */
export const unpublishedMaxMs = 30_000;
/** Tasks in a row that end for one cause before dispatch pauses. Spec 6.7. */
export const breakerAfter = 3;
/** Landing conflicts, and moves of a branch by others, that one task may meet. Spec 7.3. */
export const landingConflictsMax = 3;
