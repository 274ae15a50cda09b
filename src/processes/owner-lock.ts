/**
 * A lock that a process holds by its identity: taken by an exclusive hard link, so the file is never seen half written;
 * free again as soon as its owner is dead, however it died. No clock is asked.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, parseIdentity, type ProcessIdentity } from './process-identity.ts';

export interface HeldLock {
  /** Still named in the file: false after somebody took the lock away from a process it believed dead. */
  isOurs(): boolean;
  release(): void;
}

/** Bounded, because each turn either takes the lock, meets a live owner, or removes a dead one. */
const turnsMax = 20;

/** Takes the lock for `self`; undefined when a live process holds it. */
export function holdLock(path: string, self: ProcessIdentity): HeldLock | undefined {
  const mine = JSON.stringify(self);
  const draft = `${path}.${self.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, mine);
  try {
    for (let turn = 0; turn < turnsMax; turn += 1) {
      if (tryLink(draft, path)) return heldLock(path, mine);
      const owner = ownerOf(path);
      if (owner !== undefined && isAlive(owner)) return undefined;
      removeStale(path, draft);
    }
    return undefined;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Owner named in the file; undefined when there is none or it cannot be read. */
export function ownerOf(path: string): ProcessIdentity | undefined {
  try {
    return parseIdentity(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined; // Gone meanwhile, or not ours: treated as stale.
  }
}

/** Moves the dead owner's file aside; a live one that slipped in meanwhile is put back. */
function removeStale(path: string, draft: string): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return; // Another process was faster.
  }
  const moved = ownerOf(aside);
  if (moved !== undefined && isAlive(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false; // There already.
  }
}

function heldLock(path: string, mine: string): HeldLock {
  const isOurs = (): boolean => {
    try {
      return readFileSync(path, 'utf8') === mine;
    } catch {
      return false; // Taken away.
    }
  };
  return {
    isOurs,
    release: () => {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}
