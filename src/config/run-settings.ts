/** The checked file and what git knows -> the settings of a run. The one mapping; defaults that are no user's key stand here. */
import type {
  AgentSettings,
  GateSettings,
  PlanSettings,
  RepoSettings,
  RunSettings,
} from '../contracts/run-settings.ts';
import type { PlanFormat, Policy } from '../domain/policy.ts';
import { invariant } from '../domain/result.ts';
import { agentNames, presetOf } from './check-names.ts';
import type { Config } from './config.ts';
import type { LoadedConfig } from './load-config.ts';
import { type ConfigFile, configFileSchema } from './schema.ts';

/** What the file may leave open, found out by the command that needs a run. */
export interface Facts {
  readonly plan: Pick<PlanSettings, 'id' | 'name' | 'remote' | 'branch'>;
  readonly commitAuthor?: { readonly name: string; readonly email: string };
  readonly allowRed: boolean;
}

/** A host whose queue nobody serves for this long, twice, is gone. */
const hostGoneLeastMs = 10 * 60_000;
/** Rides over an outage of the server; a starting worker heals sooner. */
const heartbeatMs = 60_000;
const killGraceMs = 10_000;
/** Wait of a usage limit without a stated reset. */
const limitWaitMs = { first: 5 * 60_000, max: 60 * 60_000 };
const failedWorkspacesKept = 20;

/** How the plan file is read; needs nothing but the file. */
export function planFormatOf(file: ConfigFile): PlanFormat {
  const repos = Object.keys(file.repos);
  return {
    idPattern: file.plan.idPattern,
    phases: file.plan.phases,
    repos: repos.length === 0 ? 'any' : repos,
    defaultBranch: file.branch ?? `tallyman/${planWord(file.plan.path)}`,
  };
}

/** The plan file's name without its extension, as a branch can hold it. */
function planWord(path: string): string {
  const name = (path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '');
  return (
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/\.{2,}/g, '.')
      .replace(/^[-.]+|[-.]+$|\.lock$/g, '') || 'tasks'
  );
}

export function settle(loaded: LoadedConfig, facts: Facts): Config {
  return { run: runSettingsOf(loaded, facts), host: loaded.host, source: loaded.source };
}

export function runSettingsOf({ file, known }: LoadedConfig, facts: Facts): RunSettings {
  const names = agentNames(file, known);
  const agents = Object.fromEntries(
    names.map((name) => {
      const agent = file.agents[name] ?? agentDefaults();
      return [name, agentSettings(name, agent, presetOf(name, agent, known))];
    }),
  );
  const leaseMs = Math.max(...Object.values(agents).map((agent) => agent.leaseMs));
  return {
    plan: planSettings(file, facts),
    policy: policyOf(file, names, facts.allowRed),
    agents,
    repos: Object.fromEntries(['', ...Object.keys(file.repos)].map((name) => [name, repoSettings(file, name)])),
    ...(file.prompt.template === undefined ? {} : { promptTemplate: file.prompt.template }),
    referenceReport: file.prompt.referenceReport,
    commitType: file.commit.type,
    commitAuthor: file.commit.author ?? facts.commitAuthor ?? file.plan.author,
    refs: file.refs,
    // No way to tell a person is built in yet: notices go into the log.
    notify: [],
    keepWorkspaces: { failed: failedWorkspacesKept },
    // Twice this and a heartbeat must outlast every lease: only then is a lost host's agent surely dead.
    hostGoneMs: Math.max(hostGoneLeastMs, (leaseMs + killGraceMs) / 2),
    heartbeatMs,
    killGraceMs,
  };
}

function planSettings(file: ConfigFile, facts: Facts): PlanSettings {
  return {
    ...facts.plan,
    path: file.plan.path,
    ...(file.base === undefined ? {} : { baseBranch: file.base }),
    format: planFormatOf(file),
    skipCi: file.plan.skipCi,
    author: file.plan.author,
  };
}

function policyOf(file: ConfigFile, knownAgents: readonly string[], allowRed: boolean): Policy {
  const own = Object.entries(file.repos).flatMap(([name, repo]) =>
    repo.agent === undefined ? [] : [[name, repo.agent]],
  );
  return {
    concurrency: file.concurrency,
    attempts: file.attempts,
    order: file.order,
    agents: { '': file.agent, ...(Object.fromEntries(own) as Record<string, string>) },
    knownAgents,
    allowRed,
    noCommit: file.noCommit,
    approve: approvals(file.approve),
    limitWaitMs,
    publishMinIntervalMs: file.publish.minInterval,
    history: file.history,
  };
}

function approvals(approve: ConfigFile['approve']): Policy['approve'] {
  const what = [...new Set([...approve.before, ...approve.after])];
  const points = (key: string) => (['before', 'after'] as const).filter((point) => approve[point].includes(key));
  return Object.fromEntries(what.map((key) => [key, points(key)]));
}

/** Keys of an agent that the file does not list: a preset as it comes. */
function agentDefaults(): ConfigFile['agents'][string] {
  const parsed = configFileSchema.parse({ agents: { any: {} } }).agents['any'];
  invariant(parsed, 'an agent without keys has no defaults');
  return parsed;
}

function agentSettings(name: string, agent: ConfigFile['agents'][string], preset: string): AgentSettings {
  return {
    name,
    preset,
    command: agent.command ?? [],
    ...(agent.model === undefined ? {} : { model: agent.model }),
    ...(agent.effort === undefined ? {} : { effort: agent.effort }),
    extraArgs: agent.args,
    env: agent.env,
    stallMs: agent.stall,
    timeLimitMs: agent.timeLimit,
    outputBytesMax: agent.outputMax,
    leaseMs: agent.lease,
    permission: agent.permission,
  };
}

function repoSettings(file: ConfigFile, name: string): RepoSettings {
  const own = file.repos[name] ?? {};
  const setup = own.setup ?? file.setup;
  const base = own.base ?? (own.remote === undefined ? file.base : undefined);
  return {
    name,
    ...(own.remote === undefined ? {} : { remote: own.remote }),
    ...(base === undefined ? {} : { base }),
    ...(own.path === undefined ? {} : { path: own.path }),
    ...(setup === undefined ? {} : { setup }),
    setupTimeoutMs: own.setupTimeout ?? file.setupTimeout,
    gates: gateSettings(own.gates?.run ?? file.gates.run),
    gatesMode: own.gates?.mode ?? file.gates.mode,
    ...(own.agent === undefined ? {} : { agent: own.agent }),
    stack: own.stack ?? file.stack,
    gateWorkspace: own.gates?.workspace ?? file.gates.workspace,
  };
}

function gateSettings(run: ConfigFile['gates']['run']): readonly GateSettings[] | 'default' {
  if (run === 'default') return run;
  return run.map((gate) => ({
    id: gate.id,
    kind: 'command',
    timeoutMs: gate.timeout,
    options: { command: [...gate.command] },
  }));
}

/** A config in code may hold anything; only JSON goes into history. */
