/** Does something while holding a slot of this host. Waiting heartbeats: a busy host is not a gone one. */
import type { Slot } from '../adapters/host/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';
import type { Ports } from './ports.ts';
import { type ActivityScope, Detached } from './scope.ts';

export interface SlotUse {
  readonly kind: 'agent' | 'gates';
  readonly heartbeat: Omit<Heartbeat, 'line' | 'tokens'>;
  /** False when the step is there already: it has started, so it is watched at once, and the slot taken when there is room. */
  readonly wait: boolean;
}

/** `killed`: the step was to die before it had a slot. Throws `Detached` when the activity is to leave. */
export async function withSlot<T>(
  ports: Pick<Ports, 'host'>,
  scope: ActivityScope,
  use: SlotUse,
  work: () => Promise<T>,
): Promise<T | 'killed'> {
  const over = new AbortController();
  const signal = AbortSignal.any([scope.signal, over.signal]);
  const waiting = (): void => {
    if (use.wait)
      scope.heartbeat({ ...use.heartbeat, line: `waits for room: ${use.kind} slots of this host`, tokens: 0 });
  };
  waiting();
  const slot = ports.host.slot(use.kind, signal, waiting);
  slot.catch(() => undefined); // Looked at below, or given up with `over`.
  try {
    if (use.wait && !(await hasRoom(slot, scope))) return 'killed';
    return await work();
  } finally {
    over.abort();
    await slot.then(
      (held) => {
        held.release();
      },
      () => undefined, // Given up: there is nothing to release.
    );
  }
}

/** False when the step is to die meanwhile. */
async function hasRoom(slot: Promise<Slot>, scope: ActivityScope): Promise<boolean> {
  try {
    await slot;
    return true;
  } catch (error) {
    if (!scope.signal.aborted) throw error;
    if ((await scope.ending) === 'kill') return false;
    throw new Detached('The step waits for room; the next watcher waits on.');
  }
}
