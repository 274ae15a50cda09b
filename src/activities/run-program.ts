/** Runs one program of a step to its end, supervised, in a clone: a set-up command or a gate. Its exit is a value; what ends the whole step is thrown. */
import type { StepExit } from '../adapters/supervisor/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';
import type { ProcessEvidence } from '../domain/failure.ts';
import type { StepKey } from '../domain/ids.ts';
import { outputEnd } from './output-end.ts';
import type { Ports } from './ports.ts';
import type { ActivityScope } from './scope.ts';
import { supervise } from './supervise.ts';

export interface Program {
  readonly key: StepKey;
  readonly heartbeat: Omit<Heartbeat, 'line' | 'tokens'>;
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly timeMs: number;
  readonly graceMs: number;
  /** The commit it is about, when it must not be taken for another one's. */
  readonly subject?: string;
}

/** The step is over before all its programs have run: it was killed, or its process vanished without an exit. */
export class StepOver extends Error {
  override readonly name = 'StepOver';
  readonly end: 'killed' | 'interrupted';
  constructor(end: 'killed' | 'interrupted') {
    super(`the step was ${end}`);
    this.end = end;
  }
}

/** The defaults of an agent: a set-up or a test suite that prints more is broken. */
const outputBytesMax = 64 * 1024 * 1024;
const leaseMs = 900_000;

export async function runProgram(
  ports: Ports,
  scope: ActivityScope,
  program: Program,
): Promise<{ readonly exit: StepExit; readonly evidence: ProcessEvidence }> {
  const { key, heartbeat, file, args, directory, timeMs, graceMs, subject } = program;
  const output = outputEnd();
  const { exit, log } = await supervise(ports, scope, {
    key,
    heartbeat,
    program: {
      ...{ file, args, directory, env: ports.environment },
      limits: { timeMs, outputBytesMax, leaseMs, graceMs },
      ...(subject === undefined ? {} : { subject }),
    },
    onBytes: (bytes) => output.feed(bytes),
  });
  if (exit.endedBy === 'killed') throw new StepOver('killed');
  if (exit.endedBy === 'lost' || exit.endedBy === 'lease') throw new StepOver('interrupted');
  return { exit, evidence: evidenceOf(exit, log, output.lines()) };
}

/** Facts of an exit; why it could not start, or which limit it met, stands as the last line. */
export function evidenceOf(exit: StepExit, log: string, lines: readonly string[]): ProcessEvidence {
  const limit = limitWords[exit.endedBy];
  const said = exit.problem ?? limit;
  return {
    ...(exit.code === undefined ? {} : { exitCode: exit.code }),
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    durationMs: exit.durationMs,
    lastLines: said === undefined ? lines : [...lines.slice(-39), `[tallyman] ${said}`],
    log,
  };
}

const limitWords: Readonly<Partial<Record<StepExit['endedBy'], string>>> = {
  time: 'ended: it ran longer than its time limit',
  silence: 'ended: it was silent longer than its stall limit',
  output: 'ended: it printed more than its output limit',
};
