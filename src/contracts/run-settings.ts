/** What a run works by: made from the config when it starts, carried in the workflows' input, so that all hosts obey the same gates and a replay sees the same values. No secret, no host path. Spec 8. */
import type { PlanId } from '../domain/ids.ts';
import type { PlanFormat, Policy } from '../domain/policy.ts';

export interface JsonObject {
  readonly [key: string]: Json;
}
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface PlanSettings {
  readonly id: PlanId;
  /** Repository and file name plus 6 hex of the id, for workflow ids and people: `shop-tasks-1a2b3c`. */
  readonly name: string;
  readonly remote: string;
  readonly branch: string;
  /** Path of the plan in the repository, with `/`. */
  readonly path: string;
  /** Base of new task branches; missing: `develop` if the remote has it, else its default branch. */
  readonly baseBranch?: string;
  readonly format: PlanFormat;
  /** `[skip ci]` in status commits. */
  readonly skipCi: boolean;
  /** Author of status commits. */
  readonly author: { readonly name: string; readonly email: string };
}

export interface GateSettings {
  readonly id: string;
  readonly kind: string;
  readonly timeoutMs: number;
  readonly options: JsonObject;
}

export interface AgentSettings {
  readonly name: string;
  /** A name of adapters/agent/registry.ts. */
  readonly preset: string;
  /** Preset `command`: program and arguments, no shell. */
  readonly command: readonly string[];
  readonly model?: string;
  readonly effort?: string;
  readonly extraArgs: readonly string[];
  /** Names of environment variables handed to the agent beside the usual ones. */
  readonly env: readonly string[];
  readonly stallMs: number;
  readonly timeLimitMs: number;
  readonly outputBytesMax: number;
  readonly leaseMs: number;
  readonly permission: 'all' | 'edit' | 'ask';
}

export interface RepoSettings {
  /** Workspace name: the `repo` cell; empty for the root. */
  readonly name: string;
  /** Missing: a folder of the plan's own repository. */
  readonly remote?: string;
  readonly base?: string;
  /** Folder in the repository. Missing: `apps/<name>`, else `packages/<name>`, or the root for an empty name. */
  readonly path?: string;
  /** Command run once in a fresh workspace; argv, no shell. */
  readonly setup?: readonly string[];
  readonly setupTimeoutMs: number;
  /** `default`: those of `lint`, `typecheck`, `test` that the folder's (else the root's) package.json has, with its own package manager. */
  readonly gates: readonly GateSettings[] | 'default';
  readonly gatesMode: 'first-failure' | 'all';
  /** Agent for tasks of this repo that name none. */
  readonly agent?: string;
  /** Merge branches of dependencies into the start. */
  readonly stack: boolean;
  readonly gateWorkspace: 'fresh' | 'agent';
}

export interface RunSettings {
  readonly plan: PlanSettings;
  readonly policy: Policy;
  readonly agents: Readonly<Record<string, AgentSettings>>;
  /** By workspace name; `''` is the root and the pattern for names that the config does not list. */
  readonly repos: Readonly<Record<string, RepoSettings>>;
  /** Path in the repository, read at the plan branch's tip; missing: the built-in one. */
  readonly promptTemplate?: string;
  /** Named in the prompt's Reference Report line; empty leaves the line out. */
  readonly referenceReport: string;
  /** `fix` of `fix(ID): …`. */
  readonly commitType: string;
  /** Author of the agents' commits and of what Tallyman commits for them. */
  readonly commitAuthor: { readonly name: string; readonly email: string };
  /** Where attempts' refs and landed records go: `refs` under refs/tallyman/, `branches` where a forge refuses that. */
  readonly refs: 'refs' | 'branches';
  readonly notify: readonly { readonly kind: string; readonly on: readonly string[]; readonly options: JsonObject }[];
  readonly keepWorkspaces: { readonly failed: number };
  /** Schedule-to-start time-out of host queues, and heartbeat time-out of watched steps. */
  readonly hostGoneMs: number;
  readonly heartbeatMs: number;
  readonly killGraceMs: number;
}

/** The settings of a workspace name. A name that the config does not list takes the root's settings and a folder by convention. */
export function repoOf(settings: Pick<RunSettings, 'repos'>, name: string): RepoSettings {
  const own = settings.repos[name];
  if (own !== undefined) return own;
  const root = settings.repos[''];
  if (root === undefined) throw new Error('run settings without a root repo');
  const { path: _path, ...pattern } = root;
  return { ...pattern, name };
}
