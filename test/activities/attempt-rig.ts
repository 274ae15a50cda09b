/** One task's attempt on real git, real processes and real folders; only Temporal is not there. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgents } from '../../src/adapters/agent/registry.ts';
import { gateKinds } from '../../src/adapters/gate/registry.ts';
import { createGitOf } from '../../src/adapters/git/git.ts';
import type { Host } from '../../src/adapters/host/port.ts';
import type { Supervisor } from '../../src/adapters/supervisor/port.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import type { AttemptInput, PrepareInput, RunAgentInput, RunGatesInput } from '../../src/contracts/activities.ts';
import type { Heartbeat } from '../../src/contracts/progress.ts';
import type { AgentSettings, GateSettings, PlanSettings, RepoSettings } from '../../src/contracts/run-settings.ts';
import { type CommitSha, planId, runId, stepKey, type StepName, taskId } from '../../src/domain/ids.ts';
import type { Task } from '../../src/domain/plan.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import type { Ports } from '../../src/activities/ports.ts';
import { prepareWorkspace } from '../../src/activities/prepare-workspace.ts';
import type { ActivityScope } from '../../src/activities/scope.ts';
import { ownFiles } from '../../src/own-files.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { createRig } from '../support/supervised.ts';

export const run = runId('11112222');
export const id = taskId('T-1');

export interface TestScope extends ActivityScope {
  readonly beats: readonly Heartbeat[];
  end(how: 'kill' | 'detach'): void;
}

export function testScope(): TestScope {
  const beats: Heartbeat[] = [];
  const abort = new AbortController();
  let end: (how: 'kill' | 'detach') => void = () => undefined;
  const ending = new Promise<'kill' | 'detach'>((resolve) => {
    end = (how) => {
      resolve(how);
      abort.abort();
    };
  });
  return {
    beats,
    heartbeat: (beat) => beats.push(beat),
    ending,
    signal: abort.signal,
    watcher: { workflowId: 'w', runId: 'r', activityId: 'a' },
    end,
  };
}

export interface AttemptRig {
  readonly remote: TestRemote;
  readonly ports: Ports;
  readonly supervisor: Supervisor;
  readonly clone: string;
  readonly root: string;
  /** A file for the scripts of a test, removed with it. */
  file(name: string): string;
  prepareInput(change?: Partial<PrepareInput>): PrepareInput;
  prepare(change?: Partial<PrepareInput>): Promise<CommitSha>;
  /** An agent that runs the text as a Node program. */
  scripted(program: string, change?: Partial<AgentSettings>): AgentSettings;
  agentInput(base: CommitSha, agent: AgentSettings, change?: Partial<RunAgentInput>): RunAgentInput;
  gatesInput(base: CommitSha, commit: CommitSha, change?: Partial<RunGatesInput>): RunGatesInput;
  end(): Promise<void>;
}

export const repo: RepoSettings = {
  ...{ name: '', setupTimeoutMs: 30_000, gates: [], gatesMode: 'first-failure', stack: true, gateWorkspace: 'fresh' },
};

export function nodeGate(gateId: string, program: string): GateSettings {
  return { id: gateId, kind: 'command', timeoutMs: 30_000, options: { command: [process.execPath, '-e', program] } };
}

const task: Task = {
  ...{ id, status: 'in-progress', description: 'Mend the sum', issue: '', repo: '', branch: 'work' },
  ...{ needs: [], approve: [], extra: {} },
};

export function key(step: StepName, turn = 1, attempt = 1, of = run): ReturnType<typeof stepKey> {
  return stepKey({ plan: planId('0a1b2c3d'), task: id, run: of, attempt, step, turn });
}

export const slotsAlwaysFree: Host = {
  id: 'host-1',
  home: '/home-1',
  slot: () => Promise.resolve({ release: () => undefined }),
};

export async function attemptRig(files: Readonly<Record<string, string>> = {}): Promise<AttemptRig> {
  const remote = await makeRemote({
    files: { 'sum.js': 'export const sum = 1;\n', 'docs/tasks.md': '| id |\n', ...files },
  });
  const rig = await createRig();
  const environment = { PATH: process.env['PATH'] ?? '', HOME: join(rig.state, 'nobody') };
  const workspaces = createWorkspaces({ stateDirectory: rig.state });
  const plan: PlanSettings = {
    ...{ id: planId('0a1b2c3d'), name: 'p', remote: remote.url, branch: 'main', path: 'docs/tasks.md', skipCi: true },
    format: { idPattern: '.', phases: 'auto', repos: 'any', defaultBranch: 'work' },
    author: { name: 'T', email: 't@example.org' },
  };
  const ports: Ports = {
    git: createGitOf({ stateDirectory: rig.state, protocols: ['git'] }),
    workspaces,
    host: slotsAlwaysFree,
    supervisor: rig.supervisor,
    agents: createAgents(environment),
    gateKinds,
    serverSilentMs: () => 0,
    now: () => new Date('2026-01-02T03:04:05Z'),
    environment,
    builtInTemplate: () => Promise.resolve(readFileSync(join(ownFiles.templates, 'prompt.md'), 'utf8')),
    reportDirectory: join(rig.state, 'reports'),
    log: { info: () => undefined, warn: () => undefined },
  };
  const attempt: Omit<AttemptInput, 'key'> = {
    ...{ plan, run, task, attempt: 1, reopened: 0, repo },
    settings: {
      commitType: 'fix',
      commitAuthor: { name: 'Ada Agent', email: 'ada@example.org' },
      refs: 'refs',
      killGraceMs: 1000,
      referenceReport: '',
    },
  };
  const scripts = join(rig.state, 'scripts');
  mkdirSync(scripts);
  let count = 0;
  const scripted: AttemptRig['scripted'] = (program, change = {}) => {
    const place = join(scripts, `agent-${(count += 1)}.mjs`);
    writeFileSync(place, `${prelude}\n${program}\n`);
    return {
      ...{ name: 'script', preset: 'command', command: [process.execPath, place], extraArgs: [], env: [] },
      ...{ stallMs: 30_000, timeLimitMs: 60_000, outputBytesMax: 16 * 1024 * 1024, leaseMs: 60_000, permission: 'all' },
      ...change,
    };
  };
  const prepareInput: AttemptRig['prepareInput'] = (change = {}) => ({
    ...attempt,
    ...{ key: key('prepare'), fresh: false, stackOn: [], agent: scripted('') },
    ...change,
  });
  const workspace = workspaces.ofTask(plan.id, id);
  return {
    remote,
    ports,
    supervisor: rig.supervisor,
    clone: workspace.code,
    root: workspace.root,
    file: (name) => join(scripts, name),
    prepareInput,
    prepare: async (change) => {
      const end = await prepareWorkspace(ports, prepareInput(change), testScope());
      if (end.kind !== 'prepared') throw new Error(JSON.stringify(end));
      return end.base;
    },
    scripted,
    agentInput: (base, agent, change = {}) => ({ ...attempt, key: key('agent'), base, agent, ...change }),
    gatesInput: (base, commit, change = {}) => ({ ...attempt, key: key('gates'), base, commit, ...change }),
    end: async () => {
      await rig.end();
      await remote.close();
      rmSync(rig.state, { recursive: true, force: true });
    },
  };
}

/** What scripted agents of these tests have at hand. */
const prelude = `
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync, mkdirSync, symlinkSync } from 'node:fs';
const env = process.env;
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const edit = (path, text) => writeFileSync(path, text);
const commit = (message = 'fix(T-1): mend') => { git('add', '-A'); git('commit', '-q', '-m', message); return git('rev-parse', 'HEAD'); };
const say = (more = {}) => console.log(JSON.stringify({ task_id: 'T-1', status: 'success', used: '2K', commit_sha: null, notes: 'n', ...more }));
`;

export function reasonOf(end: StepEnd): string {
  return end.kind === 'failed' ? end.failure.reason : end.kind;
}
