/**
 * One turn of an agent at a task: prompt -> supervised program -> what it did.
 *   A1  the prompt is written and the old result cleared only before the program is started: a step that is there already
 *       is adopted as it is, and the same record gives the same end
 *   A2  an end of the agent is a value; only `Detached` and faults are thrown
 *   A3  the attempt's commits are on the remote, on a ref of their own, before its end is told
 */
import type { AgentAdapter, AgentRequest } from '../adapters/agent/port.ts';
import type { TaskWorkspace } from '../adapters/workspace/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import { crashPoint } from '../crash-point.ts';
import { invariant } from '../domain/result.ts';
import type { StepEnd } from '../domain/step.ts';
import { agentEnd } from './agent-end.ts';
import { agentProgram } from './agent-program.ts';
import { agentListener } from './agent-listener.ts';
import { haveCommit } from './have-commit.ts';
import type { Ports } from './ports.ts';
import { findFolder, remoteOf, type RepoFolder } from './repo-folder.ts';
import type { ActivityScope } from './scope.ts';
import { failed, heartbeatOf, whileBeating } from './step-ends.ts';
import { supervise } from './supervise.ts';
import { withSlot } from './with-slot.ts';
import { promptOf } from './write-prompt.ts';

export async function runAgent(ports: Ports, input: RunAgentInput, scope: ActivityScope): Promise<StepEnd> {
  const workspace = ports.workspaces.ofTask(input.plan.id, input.task.id);
  const folder = await ownFolder(ports, input, workspace);
  if (folder === undefined) return failed({ reason: 'workspace-lost', host: ports.host.id });
  const { key } = input;
  const isThere = (await ports.supervisor.find(key)).some((step) => step.key === key);
  const use = { kind: 'agent' as const, heartbeat: heartbeatOf(ports, key), wait: !isThere };
  const end = await withSlot(ports, scope, use, async () => {
    if (!isThere) await begin(ports, input, scope, { workspace, folder });
    return watch(ports, input, scope, { workspace, folder });
  });
  return end === 'killed' ? { kind: 'killed' } : end;
}

interface Place {
  readonly workspace: TaskWorkspace;
  readonly folder: RepoFolder;
}

/** The task's folder, when the workspace is this run's and stands. */
async function ownFolder(
  ports: Ports,
  input: RunAgentInput,
  workspace: TaskWorkspace,
): Promise<RepoFolder | undefined> {
  const mark = await ports.workspaces.mark(workspace);
  if (mark?.run !== input.run || !mark.ready) return undefined;
  return findFolder(ports, workspace.code, input.repo);
}

async function begin(ports: Ports, input: RunAgentInput, scope: ActivityScope, place: Place): Promise<void> {
  const beat = { ...heartbeatOf(ports, input.key), line: 'writes the prompt', tokens: 0 };
  await whileBeating(scope, beat, async () => {
    await haveCommit(ports.git(remoteOf(input)), place.workspace.code, input.base);
    await ports.workspaces.writePrompt(place.workspace, await promptOf(ports, input, place.folder.path));
    await ports.workspaces.clearResult(place.workspace);
  });
  crashPoint('agent-prompted');
}

async function watch(ports: Ports, input: RunAgentInput, scope: ActivityScope, place: Place): Promise<StepEnd> {
  const adapter = adapterOf(ports, input);
  const request = requestOf(input, place);
  const listener = agentListener(adapter.reader(request), input);
  const { exit, log } = await supervise(ports, scope, {
    key: input.key,
    heartbeat: heartbeatOf(ports, input.key),
    program: agentProgram(ports, adapter, request, input),
    onBytes: (bytes) => listener.feed(bytes),
  });
  crashPoint('agent-ended');
  const beat = { ...heartbeatOf(ports, input.key), line: 'checks the work', tokens: listener.tokens() };
  return whileBeating(scope, beat, () => agentEnd(ports, input, { workspace: place.workspace, listener, exit, log }));
}

function adapterOf(ports: Ports, { agent }: RunAgentInput): AgentAdapter {
  const adapter = ports.agents[agent.preset];
  invariant(adapter, `no agent preset "${agent.preset}"`);
  return adapter;
}

function requestOf(input: RunAgentInput, { workspace, folder }: Place): AgentRequest {
  const { agent, task, base, session } = input;
  return {
    settings: agent,
    directory: folder.at,
    home: workspace.home,
    promptFile: workspace.promptFile,
    resultFile: workspace.resultFile,
    task: task.id,
    branch: task.branch,
    base,
    // A session belongs to the agent that began it.
    ...(session?.agent === agent.name ? { session } : {}),
  };
}
