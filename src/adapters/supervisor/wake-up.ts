/** Tells waiting readers that something may have changed in a step's directory: by file events, and once a second in any case, because events can be lost. */
import { watch, type FSWatcher } from 'node:fs';

export interface WakeUp {
  /** Grows with each change; read before looking, handed to `after`. */
  seen: () => number;
  /** Resolves at the first change after `seen`, or a second later. */
  after: (seen: number) => Promise<void>;
  wake(): void;
  close(): void;
}

const fallbackMs = 1000;
/** Where the host has no watches left. */
const pollMs = 100;
/** A program that prints line by line is read in pieces of this much time. */
const settleMs = 5;

/** `file`: only changes of that one count. */
export function createWakeUp(directory: string, file?: string): WakeUp {
  const waiting = new Set<() => void>();
  let version = 0;
  let closed = false;
  const changed = (): void => {
    version += 1;
    const woken = [...waiting];
    waiting.clear();
    for (const resolve of woken) resolve();
  };
  const watcher = tryWatch(directory, (name) => {
    if (file === undefined || name === null || name === file) changed();
  });
  const untilChange = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, watcher === undefined ? pollMs : fallbackMs);
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      }
      waiting.add(done);
    });
  return {
    seen: () => version,
    after: async (seen) => {
      if (closed) return;
      if (version === seen) await untilChange();
      else await new Promise((resolve) => setTimeout(resolve, settleMs));
    },
    wake: changed,
    close: () => {
      closed = true;
      watcher?.close();
      changed();
    },
  };
}

function tryWatch(directory: string, changed: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, (_, name) => {
      changed(name);
    });
    watcher.on('error', () => {
      watcher.close(); // The second's fallback goes on.
    });
    return watcher;
  } catch {
    return undefined; // No watches left: polled.
  }
}
