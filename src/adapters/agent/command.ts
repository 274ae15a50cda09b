/**
 * Preset `command`: any program of the user's. The contract is stable (Spec 6.4): argv from the config, no shell; the
 * repository's folder as working directory; the prompt on stdin and in `$TALLYMAN_PROMPT`; the result in
 * `$TALLYMAN_RESULT`, else the last valid block of its output. Its tokens are what it claims.
 */
import type { AgentSettings } from '../../contracts/run-settings.ts';
import type { TokenUsage } from '../../domain/usage.ts';
import { findProgram } from './find-program.ts';
import { LineReader } from './lines.ts';
import type {
  AgentAdapter,
  AgentCommand,
  AgentEvent,
  AgentExit,
  AgentProbe,
  AgentReader,
  AgentRequest,
  AgentSaid,
  ResultRead,
} from './port.ts';
import { findResult, readResultFile, resultTextMax } from './result-block.ts';
import { shownLine, TextTail } from './text.ts';

/** `path`: the PATH that agents are started with. */
export function commandAgent(path: string): AgentAdapter {
  return {
    preset: 'command',
    command,
    reader: () => new CommandReader(),
    probe: (settings) => probe(settings, path),
  };
}

function command(request: AgentRequest): AgentCommand {
  const [file = '', ...args] = request.settings.command;
  return {
    file,
    args: [...args, ...request.settings.extraArgs],
    env: {
      TALLYMAN_TASK_ID: request.task,
      TALLYMAN_BRANCH: request.branch,
      TALLYMAN_BASE: request.base,
      TALLYMAN_PROMPT: request.promptFile,
      TALLYMAN_RESULT: request.resultFile,
      ...(request.session === undefined ? {} : { TALLYMAN_SESSION: request.session.id }),
    },
    stdin: 'prompt',
  };
}

/** Lines longer than this are no lines to show. */
const shownFrom = 64 * 1024;

class CommandReader implements AgentReader {
  // UTF-16 units: a text of 64 KiB fits, whatever its characters.
  readonly #tail = new TextTail(resultTextMax);
  readonly #lines = new LineReader(shownFrom, /[\r\n]+/);

  feed(bytes: Uint8Array): readonly AgentEvent[] {
    this.#tail.feed(bytes);
    const line = this.#lines
      .feed(bytes)
      .map(shownLine)
      .findLast((shown) => shown !== '');
    return line === undefined ? [] : [{ kind: 'activity', line }];
  }

  end(exit: AgentExit): AgentSaid {
    const result = resultOf(exit, this.#tail.end().text);
    if (result.kind === 'limited') return limitedBy(result);
    if (exit.exitCode === 0) return { kind: 'finished', result };
    const { exitCode, signal, durationMs, lastLines, log } = exit;
    return {
      kind: 'failed',
      ...usageOf(result),
      failure: {
        reason: 'agent-exited',
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(signal === undefined ? {} : { signal }),
        ...{ durationMs, lastLines, log },
      },
    };
  }
}

function resultOf(exit: AgentExit, text: string): ResultRead {
  if (exit.resultProblem !== undefined) return { kind: 'invalid', text: exit.resultProblem };
  return (exit.resultFile === undefined ? undefined : readResultFile(exit.resultFile)) ?? findResult(text);
}

function limitedBy(result: ResultRead & { readonly kind: 'limited' }): AgentSaid {
  return {
    kind: 'limited',
    ...(result.until === undefined ? {} : { until: result.until }),
    ...(result.session === undefined ? {} : { session: result.session }),
    ...usageOf(result),
  };
}

function usageOf(result: ResultRead): { usage?: TokenUsage } {
  const used = result.kind === 'valid' ? result.block.used : result.kind === 'limited' ? result.used : undefined;
  return used === undefined ? {} : { usage: claimedUsage(used) };
}

/** A claim has no parts: all of it is counted as output, which the `used` cell adds up the same. */
export function claimedUsage(used: number): TokenUsage {
  return { input: 0, cacheRead: 0, cacheWrite: 0, output: used, claimed: true };
}

async function probe(settings: AgentSettings, path: string): Promise<AgentProbe> {
  const [file] = settings.command;
  const fix = `Set \`agents.${settings.name}.command\` to a program and its arguments, such as ["my-agent", "--quiet"].`;
  if (file === undefined || file === '') return { kind: 'missing', fix };
  const found = await findProgram(file, path);
  if (found.kind !== 'missing') return { kind: 'ready', version: found.at };
  const where = file.includes('/') ? 'there is no program there' : 'it is on no folder of PATH';
  return {
    kind: 'missing',
    fix: `The command of agent "${settings.name}" is "${file}", and ${where}. Install it, or mend \`agents.${settings.name}.command\`.`,
  };
}
