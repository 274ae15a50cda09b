/** From how an agent's program ended to how its step ends. The order: killed and vanished first, a usage limit before any limit of ours, then the program's own end, then the work. */
import type { AgentExit, AgentSaid, ResultBlock, ResultRead } from '../adapters/agent/port.ts';
import type { StepExit } from '../adapters/supervisor/port.ts';
import type { TaskWorkspace } from '../adapters/workspace/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import type { Failure } from '../domain/failure.ts';
import type { CommitSha } from '../domain/ids.ts';
import { oneLine } from '../domain/plain-text.ts';
import { err, ok, type Result, unreachable } from '../domain/result.ts';
import type { AgentSession, StepEnd } from '../domain/step.ts';
import type { TokenUsage } from '../domain/usage.ts';
import type { AgentListener } from './agent-listener.ts';
import { checkWork } from './check-work.ts';
import type { Ports } from './ports.ts';
import { pushAttempt } from './push-attempt.ts';
import { remoteOf } from './repo-folder.ts';
import { evidenceOf } from './run-program.ts';

export interface EndedAgent {
  readonly workspace: TaskWorkspace;
  readonly listener: AgentListener;
  readonly exit: StepExit;
  readonly log: string;
}

export async function agentEnd(ports: Ports, input: RunAgentInput, ended: EndedAgent): Promise<StepEnd> {
  const { exit, listener, workspace, log } = ended;
  const evidence = evidenceOf(exit, log, listener.lines());
  const said = listener.end(await agentExit(ports, workspace, { ...evidence, endedAt: exit.endedAt }));
  const spent = spentOf(listener, said);
  if (exit.endedBy === 'killed') return { kind: 'killed', ...spent };
  if (exit.endedBy === 'lost' || exit.endedBy === 'lease') return { kind: 'interrupted', ...spent };
  if (said.kind === 'limited') {
    return {
      kind: 'limited',
      agent: input.agent.name,
      ...(said.until === undefined ? {} : { until: said.until }),
      ...spent,
    };
  }
  const cut = cutShort(input, exit, evidence);
  if (cut !== undefined) return { kind: 'failed', failure: cut, ...spent };
  if (said.kind === 'failed') return { kind: 'failed', failure: said.failure, ...spent };
  return workEnd(ports, input, ended, { result: said.result, spent });
}

async function agentExit(
  ports: Ports,
  workspace: TaskWorkspace,
  exit: Omit<AgentExit, 'resultFile' | 'resultProblem'>,
): Promise<AgentExit> {
  const file = await ports.workspaces.readResult(workspace);
  switch (file.kind) {
    case 'none':
      return exit;
    case 'text':
      return { ...exit, resultFile: file.text };
    case 'unreadable':
      return { ...exit, resultProblem: file.problem };
    default:
      return unreachable(file);
  }
}

interface Spent {
  readonly usage: TokenUsage;
  readonly session?: AgentSession;
}

function spentOf(listener: AgentListener, said: AgentSaid): Spent {
  const usage = listener.usage(said.kind === 'finished' ? claimOf(said.result) : said.usage);
  const session = listener.session(usage, namedSession(said));
  return { usage, ...(session === undefined ? {} : { session }) };
}

function claimOf(result: ResultRead): TokenUsage | undefined {
  if (result.kind !== 'valid' || result.block.used === undefined) return undefined;
  return { input: 0, cacheRead: 0, cacheWrite: 0, output: result.block.used, claimed: true };
}

function namedSession(said: AgentSaid): string | undefined {
  if (said.kind === 'limited') return said.session;
  return said.kind === 'finished' && said.result.kind === 'valid' ? said.result.block.session : undefined;
}

/** A limit of ours, or a program that could not be started. */
function cutShort(
  { agent }: RunAgentInput,
  exit: StepExit,
  evidence: ReturnType<typeof evidenceOf>,
): Failure | undefined {
  switch (exit.endedBy) {
    case 'silence':
      return { reason: 'agent-stalled', silentMs: agent.stallMs, ...evidence };
    case 'time':
      return { reason: 'agent-over-limit', limit: 'time', max: agent.timeLimitMs, ...evidence };
    case 'output':
      return { reason: 'agent-over-limit', limit: 'output', max: agent.outputBytesMax, ...evidence };
    case 'not-started':
      return { reason: 'agent-missing', agent: agent.name, text: exit.problem ?? 'its program cannot be started' };
    default:
      return undefined;
  }
}

async function workEnd(
  ports: Ports,
  input: RunAgentInput,
  { workspace, exit }: EndedAgent,
  told: { readonly result: ResultRead; readonly spent: Spent },
): Promise<StepEnd> {
  const { result, spent } = told;
  const block = ownBlock(input, result);
  if (!block.ok) return { kind: 'failed', failure: block.error, ...spent };
  const { status, notes } = block.value;
  if (status === 'failed')
    return { kind: 'failed', failure: { reason: 'agent-reported-failure', text: notes }, ...spent };
  if (status === 'blocked') return { kind: 'blocked', notes, ...spent };
  const git = ports.git(remoteOf(input));
  const work = await checkWork({ git, clone: workspace.code, input, endedAt: exit.endedAt }, block.value);
  if (!work.ok) return { kind: 'failed', failure: work.error, ...spent };
  if (work.value === undefined) return { kind: 'no-change', notes, ...spent };
  const pushed = await pushAttempt(git, input, work.value);
  return pushed === undefined ? worked(work.value, notes, spent) : { kind: 'failed', failure: pushed, ...spent };
}

/** The block, when there is one and it is about this task. */
function ownBlock({ task }: RunAgentInput, result: ResultRead): Result<ResultBlock, Failure> {
  switch (result.kind) {
    case 'missing':
      return err({ reason: 'result-missing', text: result.text });
    case 'invalid':
      return err({ reason: 'result-invalid', text: result.text });
    case 'limited':
      return err({ reason: 'result-invalid', text: 'a usage limit was reported as a result' });
    case 'valid':
      return result.block.taskId === task.id
        ? ok(result.block)
        : err({
            reason: 'result-of-other-task',
            text: `it says "${oneLine(result.block.taskId, 60)}", expected "${task.id}"`,
          });
    default:
      return unreachable(result);
  }
}

function worked(commit: CommitSha, notes: string, spent: Spent): StepEnd {
  return { kind: 'worked', commit, notes, ...spent };
}
