/**
 * A task's workspace on this host: a clone at the commit where the task starts, with the set-up command run in it.
 *   P1  killed at any point and run again, it ends the same: a clone counts once it is marked, a set-up once its step is recorded
 *   P2  a workspace that is kept keeps its commits and its base; `fresh`, another run or a missing mark makes it anew
 *   P3  before it touches anything, what lives for the task under another run is ended
 */
import type { TaskWorkspace, WorkspaceMark } from '../adapters/workspace/port.ts';
import type { PrepareInput } from '../contracts/activities.ts';
import { commitSha } from '../domain/ids.ts';
import type { StepEnd } from '../domain/step.ts';
import { crashPoint } from '../crash-point.ts';
import type { Ports } from './ports.ts';
import { findFolder, remoteOf, repoMissing } from './repo-folder.ts';
import { runProgram, StepOver } from './run-program.ts';
import type { ActivityScope } from './scope.ts';
import { startCommit } from './start-commit.ts';
import { failed, heartbeatOf, stepOver, whileBeating } from './step-ends.ts';
import { endStrays } from './strays.ts';

export async function prepareWorkspace(ports: Ports, input: PrepareInput, scope: ActivityScope): Promise<StepEnd> {
  const beat = { ...heartbeatOf(ports, input.key), line: 'makes the workspace', tokens: 0 };
  const made = await whileBeating(scope, beat, () => makeOrKeep(ports, input));
  if ('kind' in made) return made;
  return made.mark.ready ? prepared(ports, input, made) : setUp(ports, input, scope, made);
}

interface Marked {
  readonly workspace: TaskWorkspace;
  readonly mark: WorkspaceMark;
}

/** A workspace that is marked, ready or not, or why there is none. */
async function makeOrKeep(ports: Ports, input: PrepareInput): Promise<Marked | StepEnd> {
  const { key, plan, task, run } = input;
  await endStrays(ports, key, input.settings.killGraceMs);
  const workspace = ports.workspaces.ofTask(plan.id, task.id);
  const mark = await ports.workspaces.mark(workspace);
  const setUpBegan = (await ports.supervisor.find(key)).some((step) => step.key === key);
  if (mark?.run === run && (setUpBegan || (mark.ready && !input.fresh))) return { workspace, mark };
  // Its set-up ran in a clone that is gone, and would not be run again under this key.
  if (setUpBegan) return failed({ reason: 'workspace-lost', host: ports.host.id });
  return makeAnew(ports, input, workspace);
}

async function makeAnew(ports: Ports, input: PrepareInput, workspace: TaskWorkspace): Promise<Marked | StepEnd> {
  const git = ports.git(remoteOf(input));
  // Asked first: what it says is then contained in the start.
  const branchTip = await git.tip(input.task.branch);
  const start = await startCommit(git, input, ports.now().toISOString());
  if (!start.ok) return failed(start.error);
  await ports.workspaces.make(workspace);
  crashPoint('workspace-made');
  await git.clone(workspace.code, start.value, { branch: input.task.branch, author: input.settings.commitAuthor });
  crashPoint('workspace-cloned');
  const mark: WorkspaceMark = {
    ...{ plan: input.plan.id, task: input.task.id, base: start.value, run: input.run, ready: false },
    ...(branchTip === undefined ? {} : { branchTip }),
  };
  await ports.workspaces.writeMark(workspace, mark);
  crashPoint('workspace-marked');
  return { workspace, mark };
}

/** Runs the set-up command, or adopts it. */
async function setUp(ports: Ports, input: PrepareInput, scope: ActivityScope, made: Marked): Promise<StepEnd> {
  const [file, ...args] = input.repo.setup ?? [];
  if (file !== undefined) {
    try {
      const { exit, evidence } = await runProgram(ports, scope, {
        ...{ key: input.key, heartbeat: heartbeatOf(ports, input.key), file, args },
        directory: made.workspace.code,
        timeMs: input.repo.setupTimeoutMs,
        graceMs: input.settings.killGraceMs,
      });
      const command = [file, ...args].join(' ');
      if (exit.endedBy !== 'itself' || exit.code !== 0)
        return failed({ reason: 'set-up-failed', command, ...evidence });
    } catch (error) {
      if (error instanceof StepOver) return stepOver(error);
      throw error;
    }
  }
  const mark = { ...made.mark, ready: true };
  await ports.workspaces.writeMark(made.workspace, mark);
  crashPoint('workspace-ready');
  return prepared(ports, input, { ...made, mark });
}

async function prepared(ports: Ports, input: PrepareInput, { workspace, mark }: Marked): Promise<StepEnd> {
  const folder = await findFolder(ports, workspace.code, input.repo);
  if (folder === undefined) return failed(repoMissing(input.repo));
  return { kind: 'prepared', host: ports.host.id, base: commitSha(mark.base) };
}
