// One at a time, by a file that names its holder. It needs no tidying up: the lock of a dead holder is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive } from './process-id.mjs';

function holderOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Not there (any more), or not written by us: no holder.
  }
}

/** Takes the lock if nobody alive has it. `also` are processes that hold it after the holder's death (an orphaned child). */
function tryLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ holder: identityOf(process.pid), also: [] }));
  try {
    for (let round = 0; round < 3; round += 1) {
      try {
        linkSync(mine, file);
        return { taken: true };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const held = holderOf(file);
      const living = [held?.holder, ...(held?.also ?? [])].find(isAlive);
      if (living !== undefined) return { taken: false, holder: living };
      const aside = `${file}.stale.${process.pid}`;
      try {
        renameSync(file, aside);
      } catch {
        continue; // Somebody else moved it first; look again.
      }
      // Between looking and moving another may have taken it: then what we moved is theirs, and goes back.
      const moved = holderOf(aside);
      if (isAlive(moved?.holder)) linkSync(aside, file);
      rmSync(aside, { force: true });
    }
    return { taken: false, holder: holderOf(file)?.holder };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Waits for the lock, at most `waitMs`; `onWait` is told once whom for. Gives `{ free, hold(child) }`. */
export async function lock(file, { waitMs, onWait = () => {} }) {
  const until = Date.now() + waitMs;
  let told = false;
  for (;;) {
    const answer = tryLock(file);
    if (answer.taken) break;
    if (Date.now() >= until) return { taken: false, holder: answer.holder };
    if (!told) onWait(answer.holder);
    told = true;
    await new Promise((done) => setTimeout(done, 200));
  }
  const holder = identityOf(process.pid);
  return {
    taken: true,
    /** A child that must end, too, before anybody else may begin: it can outlive us. */
    hold(child) {
      writeFileSync(`${file}.new`, JSON.stringify({ holder, also: [identityOf(child.pid)] }));
      renameSync(`${file}.new`, file);
    },
    free: () => rmSync(file, { force: true }),
  };
}
