/**
 * The activities that a worker process is at, written down as they begin and end, so that the next worker of this host
 * can report those of a dead one failed: they start again at once instead of after their heartbeat time-outs. One
 * file per process, lines only added; what a crash keeps from being written costs that time-out and nothing else.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, parseIdentity } from '../../processes/process-identity.ts';
import type { StepWatcher } from '../supervisor/port.ts';
import type { StepFates } from './port.ts';

export interface WatchList {
  /** The returned function says that it has ended. */
  began(watcher: StepWatcher): () => void;
  close(): void;
}

type Line = { readonly began: number; readonly watcher: StepWatcher } | { readonly ended: number };

/** Files of a host: `<directory>/<pid>.ndjson`. */
export function openWatchList(directory: string): WatchList {
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(join(directory, `${process.pid}.ndjson`));
  // Without the list a dead worker's activities wait for their time-outs: no reason to end this one.
  file.on('error', () => undefined);
  file.write(`${JSON.stringify(identify(process.pid))}\n`);
  const say = (line: Line): void => {
    file.write(`${JSON.stringify(line)}\n`);
  };
  let count = 0;
  return {
    began: (watcher) => {
      count += 1;
      const began = count;
      say({ began, watcher });
      return () => say({ ended: began });
    },
    close: () => file.end(),
  };
}

const why = 'The worker that was at this is gone; it is taken up again at once.';

/** Before this process polls: what dead workers of this host left. Returns how many activities start again. */
export async function healWatchLists(directory: string, fates: Pick<StepFates, 'failStep'>): Promise<number> {
  let reported = 0;
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const left = await leftIn(path);
    if (left === undefined) continue;
    for (const watcher of left) if ((await fates.failStep(watcher, why)) === 'failed') reported += 1;
    await rm(path, { force: true });
  }
  return reported;
}

/** Undefined while its process lives. */
async function leftIn(path: string): Promise<readonly StepWatcher[] | undefined> {
  const [first = '', ...rest] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const owner = parseIdentity(parse(first));
  if (owner !== undefined && isAlive(owner)) return undefined;
  const open = new Map<number, StepWatcher>();
  for (const text of rest) {
    const line = parse(text) as Partial<{ began: number; watcher: StepWatcher; ended: number }> | undefined;
    if (line?.began !== undefined && line.watcher !== undefined) open.set(line.began, line.watcher);
    if (line?.ended !== undefined) open.delete(line.ended);
  }
  return [...open.values()];
}

/** The last line of a killed process may be cut short. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
