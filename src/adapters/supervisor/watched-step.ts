/** One watcher of one step: its output from the first byte, its exit, its lease; until the step is over or the watcher leaves it. */
import type { RecordedWatcher, StepDirectory } from '../../processes/step-directory.ts';
import type { StepExit, WatchedStep } from './port.ts';
import { exitOrLost, killStep, neverStarted } from './step-end.ts';
import { tail } from './tail.ts';
import { createWakeUp, type WakeUp } from './wake-up.ts';

export function watchStep(step: {
  readonly directory: StepDirectory;
  readonly mine: RecordedWatcher;
  readonly how: WatchedStep['how'];
  readonly graceMs: number;
}): WatchedStep {
  const { directory, mine } = step;
  const changes = createWakeUp(directory.path);
  let state: 'growing' | 'over' | 'left' = 'growing';
  const results = createWakeUp(directory.path, 'result.json');
  const stop = (as: 'over' | 'left'): void => {
    if (state === 'growing') state = as;
    changes.close();
    results.close();
  };
  const exit = followExit(directory, results, () => state === 'left').then(
    (found) => {
      stop('over');
      return found;
    },
    (error: unknown) => {
      stop('left');
      throw error;
    },
  );
  exit.catch(() => undefined); // Whoever awaits it is told; nobody has to.
  return {
    how: step.how,
    log: directory.outputFile,
    output: tail({ file: directory.outputFile, state: () => state, seen: changes.seen, after: changes.after }),
    exit,
    renew: async () => {
      if ((await directory.readWatcher())?.token !== mine.token) return 'taken-over';
      await directory.renewLease();
      return 'ours';
    },
    kill: () => killStep(directory, step.graceMs),
    detach: () => {
      stop('left');
    },
  };
}

/** A step that may not be adopted: over, with nothing to read. */
export async function refusedStep(directory: StepDirectory): Promise<WatchedStep> {
  const exit: StepExit = { ...((await directory.readExit()) ?? neverStarted()), endedBy: 'killed' };
  return {
    how: 'adopted',
    log: directory.outputFile,
    output: tail({ file: '', state: () => 'left', seen: () => 0, after: () => Promise.resolve() }),
    exit: Promise.resolve(exit),
    renew: () => Promise.resolve('ours'),
    kill: () => Promise.resolve(exit),
    detach: () => undefined,
  };
}

/** Never settles for a watcher that left. */
async function followExit(directory: StepDirectory, changes: WakeUp, hasLeft: () => boolean): Promise<StepExit> {
  while (!hasLeft()) {
    const seen = changes.seen();
    const exit = await exitOrLost(directory);
    if (exit !== undefined) return exit;
    await changes.after(seen);
  }
  return new Promise(() => undefined);
}
