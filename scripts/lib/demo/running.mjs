// What this demo has started and has not ended: written down, and found again by where it works.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { end, identityOf, isAlive } from '../process-id.mjs';
import { markerOf } from './place.mjs';

const read = (place) => {
  try {
    return JSON.parse(readFileSync(place.started, 'utf8'));
  } catch {
    return []; // Nothing has been started here yet.
  }
};

/** Writes a child down with what it is, so that a later demo can end it. */
export function remember(place, child, kind) {
  const living = read(place).filter(isAlive);
  writeFileSync(`${place.started}.new`, JSON.stringify([...living, { ...identityOf(child.pid), kind }]));
  renameSync(`${place.started}.new`, place.started);
}

/** Ends what is of this kind, also when an earlier demo has started it. */
export const endKind = (place, kind) =>
  Promise.all(
    read(place)
      .filter((started) => started.kind === kind && isAlive(started))
      .map((started) => end(started)),
  );

/** Programs that work below this demo's folder. Only ours: node and the Temporal server, by their arguments or the mark they inherited. */
function atWork(place) {
  const isOurs = (command) =>
    ['node', 'temporal'].includes(basename(command.split(/[\0 ]/)[0])) &&
    [place.state, place.agent, place.remote].some((path) => command.includes(path));
  if (!existsSync('/proc/self/environ')) {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines
      .map((line) => /^\s*(\d+) (.*)/.exec(line))
      .flatMap((match) => (match !== null && isOurs(match[2]) ? [Number(match[1])] : []));
  }
  const text = (pid, file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // It has ended, or is not ours to look at.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOurs(text(pid, 'cmdline')) || text(pid, 'environ').split('\0').includes(markerOf(place)));
}

/** Ends all of it. Several rounds: a supervisor may start something while we look. */
export async function endAll(place) {
  for (let round = 0; round < 5; round += 1) {
    const found = [
      ...read(place).filter(isAlive),
      ...atWork(place)
        .filter((pid) => pid !== process.pid)
        .map(identityOf),
    ];
    if (found.length === 0) return;
    await Promise.all(found.map((identity) => end(identity, 2_000)));
  }
}
