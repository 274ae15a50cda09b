/**
 * A worker on its way out (Ctrl-C once): agents that run are finished and landed, and an agent that was just taken waits
 * as if for a slot, for another worker or the next start. Over when no agent has run and nothing else was done for a
 * while: the steps of an attempt follow one another within that time.
 */
import type { Host, Slot } from './adapters/host/port.ts';

/** Between two steps of an attempt lie two workflow tasks, some 100 ms; a push to a slow remote is itself an activity. */
const quietMs = 3_000;
const lookMs = 250;

/** Never ends by itself, and starts nothing whose end is waited for. */
const waiters = new Set(['watchPlan']);

export interface Draining {
  /** The host, whose agent slots are no longer given out once draining has begun. */
  readonly host: Host;
  /** For `createActivities`. */
  readonly began: (name: string) => () => void;
  /** Resolves when what ran has been brought to its end. */
  drain(): Promise<void>;
}

export function createDraining(host: Host): Draining {
  let isDraining = false;
  let active = 0;
  let waiting = 0;
  let lastAt = 0;
  const touched = (): void => {
    lastAt = Date.now();
  };

  /** Never given: waits until the activity ends. */
  async function noSlot(signal: AbortSignal, tell: () => void): Promise<Slot> {
    waiting += 1;
    const beat = setInterval(tell, 1_000);
    try {
      return await new Promise<Slot>((_resolve, reject) => {
        const leave = (): void => reject(new Error('The worker takes no new agents.'));
        if (signal.aborted) leave();
        signal.addEventListener('abort', leave, { once: true });
      });
    } finally {
      clearInterval(beat);
      waiting -= 1;
    }
  }

  return {
    host: {
      id: host.id,
      home: host.home,
      slot: (kind, signal, tell) =>
        isDraining && kind === 'agent' ? noSlot(signal, tell) : host.slot(kind, signal, tell),
    },
    began: (name) => {
      if (waiters.has(name)) return () => undefined;
      active += 1;
      touched();
      return () => {
        active -= 1;
        touched();
      };
    },
    drain: async () => {
      isDraining = true;
      touched();
      while (active > waiting || Date.now() - lastAt < quietMs)
        await new Promise((resolve) => setTimeout(resolve, lookMs));
    },
  };
}
