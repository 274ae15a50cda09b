/**
 * Room for agents and gate runs over all processes of a host: one lock file per slot, held by a process's identity and
 * free again when that process is dead. First come, first served within a process; between processes whoever looks first.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { holdLock, type HeldLock } from '../../processes/owner-lock.ts';
import type { ProcessIdentity } from '../../processes/process-identity.ts';
import type { Slot } from './port.ts';

export interface Slots {
  /** Rejects with the signal's reason when it aborts. `waiting` is called at once and about once a second while there is no room. */
  take(kind: SlotKind, signal: AbortSignal, waiting: () => void): Promise<Slot>;
}

type SlotKind = 'agent' | 'gates';

interface Waiter {
  readonly got: (lock: HeldLock) => void;
}

/** How often the slots of other processes are looked at. */
const lookMs = 250;
const sayMs = 1000;

export function createSlots(options: {
  readonly directory: string;
  readonly ceilings: Readonly<Record<SlotKind, number>>;
  readonly self: ProcessIdentity;
}): Slots {
  const queues: Readonly<Record<SlotKind, Waiter[]>> = { agent: [], gates: [] };
  mkdirSync(options.directory, { recursive: true });
  const tryTake = (kind: SlotKind): HeldLock | undefined => {
    for (let number = 1; number <= options.ceilings[kind]; number += 1) {
      const lock = holdLock(join(options.directory, `${kind}.${number}`), options.self);
      if (lock !== undefined) return lock;
    }
    return undefined;
  };
  /** Gives room to those who wait, the first first. */
  const serve = (kind: SlotKind): void => {
    for (let [first] = queues[kind]; first !== undefined; [first] = queues[kind]) {
      const lock = tryTake(kind);
      if (lock === undefined) return;
      queues[kind].shift();
      first.got(lock);
    }
  };
  return {
    take: (kind, signal, waiting) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const timers = [setInterval(waiting, sayMs), setInterval(() => serve(kind), lookMs)];
        const stop = (): void => {
          timers.forEach(clearInterval);
          signal.removeEventListener('abort', abort);
        };
        const waiter: Waiter = {
          got: (lock) => {
            stop();
            resolve(slotOf(lock, () => serve(kind)));
          },
        };
        function abort(): void {
          stop();
          queues[kind].splice(queues[kind].indexOf(waiter), 1);
          reject(signal.reason as Error);
        }
        signal.addEventListener('abort', abort);
        queues[kind].push(waiter);
        serve(kind);
        if (queues[kind].includes(waiter)) waiting();
      }),
  };
}

function slotOf(lock: HeldLock, released: () => void): Slot {
  let isHeld = true;
  return {
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      lock.release();
      released();
    },
  };
}
