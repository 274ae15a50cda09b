/** How an agent is started: its command, the environment it sees, its limits. What it inherits is filtered; nothing of it tells the attempt's number. Spec 6.4. */
import type { AgentAdapter, AgentRequest } from '../adapters/agent/port.ts';
import type { StepProgram } from '../adapters/supervisor/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import type { Ports } from './ports.ts';

export function agentProgram(
  ports: Pick<Ports, 'environment' | 'variable'>,
  adapter: AgentAdapter,
  request: AgentRequest,
  input: RunAgentInput,
): StepProgram {
  const { settings } = request;
  const command = adapter.command(request);
  return {
    file: command.file,
    args: command.args,
    env: {
      ...ports.environment,
      ...named(ports, settings.env),
      ...authorOf(input),
      ...command.env,
    },
    directory: request.directory,
    ...(command.stdin === 'prompt' ? { stdinFile: request.promptFile } : {}),
    limits: {
      timeMs: settings.timeLimitMs,
      silentMs: settings.stallMs,
      outputBytesMax: settings.outputBytesMax,
      leaseMs: settings.leaseMs,
      graceMs: input.settings.killGraceMs,
    },
  };
}

/** Variables that the agent's `env` names, where this host has them. */
function named(ports: Pick<Ports, 'variable'>, names: readonly string[]): Readonly<Record<string, string>> {
  const pairs = names.flatMap((name) => {
    const value = ports.variable?.(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

/** Commits of the agent have an author also where its home has no git configuration; git never asks for a password. */
function authorOf({ settings: { commitAuthor } }: RunAgentInput): Readonly<Record<string, string>> {
  return {
    GIT_AUTHOR_NAME: commitAuthor.name,
    GIT_AUTHOR_EMAIL: commitAuthor.email,
    GIT_COMMITTER_NAME: commitAuthor.name,
    GIT_COMMITTER_EMAIL: commitAuthor.email,
    GIT_TERMINAL_PROMPT: '0',
  };
}
