// Which process is which: a pid alone is given to another process sooner or later, a pid with its start time is not.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

function startOf(pid) {
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // No such process: /proc has no such file, ps exits 1.
  }
}

/** A process as it can be written down and recognised later. */
export const identityOf = (pid) => ({ pid, start: startOf(pid) });

/** Whether that very process still lives. */
export const isAlive = (identity) =>
  identity?.pid !== undefined && identity.start !== undefined && startOf(identity.pid) === identity.start;

/** Ends that very process: politely, then not. Resolves when it is gone. */
export async function end(identity, graceMs = 5_000) {
  const until = Date.now() + graceMs;
  let signal = 'SIGTERM';
  while (isAlive(identity) && Date.now() < until + graceMs) {
    try {
      process.kill(identity.pid, signal);
    } catch {
      return; // It went between the two lines.
    }
    for (const stop = Date.now() + graceMs; isAlive(identity) && Date.now() < stop;)
      await new Promise((done) => setTimeout(done, 50));
    signal = 'SIGKILL';
  }
}
