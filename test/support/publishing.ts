/** What publish, land and the readers need of the world: real git on a served remote, everything else as plain as can be. */
import { join } from 'node:path';
import { createGitOf } from '../../src/adapters/git/git.ts';
import { parseRemote, planIdOf } from '../../src/adapters/git/names.ts';
import type { GitOf } from '../../src/adapters/git/port.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import type { LandPorts } from '../../src/activities/land.ts';
import type { LandInput, PublishInput } from '../../src/contracts/activities.ts';
import type { PlanSettings, RepoSettings } from '../../src/contracts/run-settings.ts';
import { type CommitSha, opId, type RunId, runId, stepKey, taskId } from '../../src/domain/ids.ts';
import type { Task, WrittenCells } from '../../src/domain/plan.ts';
import type { RowStatus } from '../../src/domain/row-status.ts';
import type { Transition } from '../../src/domain/transition.ts';
import type { TestRemote } from './git-remote.ts';

export const run = runId('aaaaaaaa');
export const author = { name: 'Tallyman', email: 'tallyman@localhost' };
export const at = '2026-01-02T03:04:05.000Z';

export function planSettings(remote: TestRemote): PlanSettings {
  const parsed = parseRemote(remote.url);
  if (!parsed.ok) throw new Error(parsed.error);
  return {
    id: planIdOf(parsed.value, 'main', 'docs/tasks.md'),
    name: 'remote-tasks',
    remote: remote.url,
    branch: 'main',
    path: 'docs/tasks.md',
    format: { idPattern: '^[A-Z]+-\\d+$', phases: 'auto', repos: 'any', defaultBranch: 'work' },
    skipCi: true,
    author,
  };
}

/** `gitOf`: one per host, with a cache of its own. */
export function portsOn(remote: TestRemote, host = 'host-1', gitOf?: GitOf): LandPorts {
  const stateDirectory = join(remote.directory, `state-${host}`);
  return {
    git: gitOf ?? createGitOf({ stateDirectory }),
    host: { id: host, home: 'home-1', slot: () => Promise.reject(new Error('no slots here')) },
    workspaces: createWorkspaces({ stateDirectory }),
    log: { info: () => undefined, warn: () => undefined },
  };
}

export interface Step {
  readonly task: string;
  readonly name: string;
  readonly from: RowStatus;
  readonly to: RowStatus;
  readonly base: CommitSha;
  readonly cells?: WrittenCells;
  readonly run?: RunId;
  readonly attempt?: number;
}

export function transition(step: Step): Transition {
  const task = taskId(step.task);
  const attempt = step.attempt ?? 1;
  const op = opId({ run: step.run ?? run, task, attempt, reopened: 0, name: step.name });
  return { op, task, attempt, from: step.from, to: step.to, at, cells: step.cells ?? {}, base: step.base };
}

export function claim(
  task: string,
  base: CommitSha,
  cells: WrittenCells = { agent: 'fake', startedAt: at },
): Transition {
  return transition({ task, name: 'claim', from: 'not-started', to: 'in-progress', base, cells });
}

export function finish(task: string, base: CommitSha, to: 'done' | 'failed' = 'done'): Transition {
  return transition({ task, name: to, from: 'in-progress', to, base, cells: { completedAt: at, notes: 'landed' } });
}

export function publishInput(
  remote: TestRemote,
  tip: CommitSha,
  more: Partial<PublishInput> & Pick<PublishInput, 'transitions'>,
): PublishInput {
  return { plan: planSettings(remote), run, at, tip, ...more };
}

const repo: RepoSettings = {
  name: '',
  setupTimeoutMs: 1000,
  gates: [],
  gatesMode: 'all',
  stack: true,
  gateWorkspace: 'fresh',
};

export interface Work {
  readonly task?: string;
  readonly attempt?: number;
  readonly base: CommitSha;
  readonly commit: CommitSha;
  readonly branch?: string;
  readonly run?: RunId;
}

export function landInput(remote: TestRemote, work: Work): LandInput {
  const plan = planSettings(remote);
  const id = taskId(work.task ?? 'T-1');
  const attempt = work.attempt ?? 1;
  const owner = work.run ?? run;
  const task: Task = {
    ...{ id, status: 'in-progress', description: 'a task', issue: '', repo: '', needs: [], approve: [], extra: {} },
    branch: work.branch ?? 'work',
  };
  return {
    key: stepKey({ plan: plan.id, task: id, run: owner, attempt, step: 'land', turn: 1 }),
    ...{ plan, run: owner, task, attempt, reopened: 0, repo },
    settings: { commitType: 'fix', commitAuthor: author, refs: 'refs', killGraceMs: 1000, referenceReport: '' },
    ...{ base: work.base, commit: work.commit, verdicts: [], at },
  };
}
