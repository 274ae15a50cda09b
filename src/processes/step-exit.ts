/** Exits of steps, as they are recorded. */
import { constants } from 'node:os';
import type { RecordedExit, Sandbox } from './step-files.ts';

export function notStarted(problem: string): RecordedExit {
  return {
    endedBy: 'not-started',
    durationMs: 0,
    outputBytes: 0,
    problem,
    endedAt: new Date().toISOString(),
  };
}

/** Code and signal as the program had them. The init of a namespace reports a signal as 128 + its number. */
export function endOf(
  sandbox: Sandbox,
  code: number | null,
  signal: NodeJS.Signals | null,
): { readonly code?: number; readonly signal?: string } {
  if (signal !== null) return { signal };
  if (code === null) return {};
  const named = sandbox.kind === 'namespace' && code > 128 ? signalName(code - 128) : undefined;
  return named === undefined ? { code } : { signal: named };
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
