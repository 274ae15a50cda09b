/** A gate that is a command which must exit 0. It fails by its own exit; what keeps it from answering (no such program, a limit, a signal) leaves it unjudged. */
import type { GateSettings } from '../../contracts/run-settings.ts';
import type { Verdict } from '../../domain/step.ts';
import type { GateContext, GateKind, GateRun } from './port.ts';

export const commandGate: GateKind = {
  kind: 'command',
  check: (options) => (argvOf(options) === undefined ? ['`command` must be a program and its arguments'] : []),
  describe: (gate) => (argvOf(gate.options) ?? []).map(asTyped).join(' '),
  judge,
};

async function judge(gate: GateSettings, context: GateContext): Promise<Verdict> {
  const argv = argvOf(gate.options);
  const [file = '', ...args] = argv ?? [];
  const run = await context.runProgram({ file, args });
  const kind = kindOf(run);
  if (kind === 'passed') return { gate: gate.id, kind, durationMs: run.durationMs };
  const { exitCode, signal, durationMs, lastLines, log } = run;
  return {
    ...{ gate: gate.id, kind, durationMs },
    failure: {
      reason: kind === 'failed' ? 'gate-failed' : 'gate-errored',
      ...{ gate: gate.id, command: commandGate.describe(gate) },
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
      ...{ durationMs, lastLines, log },
    },
  };
}

/** A shell's answers for a command that cannot be run or is not there. */
const notRun = [126, 127];

function kindOf(run: GateRun): Verdict['kind'] {
  if (run.endedBy !== 'itself' || run.exitCode === undefined || notRun.includes(run.exitCode)) return 'errored';
  return run.exitCode === 0 ? 'passed' : 'failed';
}

function argvOf(options: unknown): readonly string[] | undefined {
  if (typeof options !== 'object' || options === null || !('command' in options)) return undefined;
  const { command } = options;
  const isArgv = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string');
  return isArgv && command[0] !== '' ? command : undefined;
}

function asTyped(part: string): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", String.raw`'\''`)}'`;
}
