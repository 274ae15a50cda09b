/**
 * Ctrl-C, three times: finish what runs; interrupt the agents, sessions kept; leave at once. Nothing is lost in any case,
 * and no pause is set: the next `run` goes on. SIGTERM leaves at once, agents detached.
 */
import type { RunningWorker } from '../../worker.ts';
import { exitCodes } from '../exit-codes.ts';

export interface Interrupts {
  /** How often Ctrl-C was pressed. */
  times(): number;
  release(): void;
}

const words = [
  'Finishing what runs; nothing new starts. Ctrl-C again interrupts the agents, their sessions kept.',
  'Interrupting the agents; their sessions are kept. Ctrl-C again leaves at once.',
];

export function onInterrupt(worker: Pick<RunningWorker, 'stop'>, tell: (text: string) => void): Interrupts {
  let times = 0;
  const interrupted = () => {
    times += 1;
    const text = words[times - 1];
    if (text === undefined) process.exit(exitCodes.interrupted);
    tell(text);
    worker.stop(times === 1 ? 'drain' : 'interrupt');
  };
  const terminated = () => {
    times = Math.max(times, 1);
    worker.stop('detach');
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', terminated);
  return {
    times: () => times,
    release: () => {
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', terminated);
    },
  };
}
