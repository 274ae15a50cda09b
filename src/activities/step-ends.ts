/** Ends that several steps have in common. */
import type { Heartbeat } from '../contracts/progress.ts';
import type { Failure } from '../domain/failure.ts';
import type { StepKey } from '../domain/ids.ts';
import { parseStepKey } from '../domain/ids.ts';
import { invariant } from '../domain/result.ts';
import type { StepEnd } from '../domain/step.ts';
import { noUsage } from '../domain/usage.ts';
import type { Ports } from './ports.ts';
import type { StepOver } from './run-program.ts';
import type { ActivityScope } from './scope.ts';

export function failed(failure: Failure): StepEnd {
  return { kind: 'failed', failure };
}

export function stepOver(over: StepOver): StepEnd {
  return over.end === 'killed' ? { kind: 'killed' } : { kind: 'interrupted', usage: noUsage };
}

/** What every heartbeat of a step says. */
export function heartbeatOf(ports: Pick<Ports, 'host'>, key: StepKey): Omit<Heartbeat, 'line' | 'tokens'> {
  const parts = parseStepKey(key);
  invariant(parts, `"${key}" is no step key`);
  return { task: parts.task, attempt: parts.attempt, step: parts.step, host: ports.host.id };
}

/** Far below any heartbeat time-out; Temporal thins them out. */
const beatMs = 5_000;

/** Heartbeats while something is done that has no output to show: a clone, an import of commits. */
export async function whileBeating<T>(scope: ActivityScope, beat: Heartbeat, work: () => Promise<T>): Promise<T> {
  scope.heartbeat(beat);
  const timer = setInterval(() => {
    scope.heartbeat(beat);
  }, beatMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
