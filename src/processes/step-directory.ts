/**
 * The files of a supervised step, `<state>/steps/<step key>/`:
 *
 *   spec.json     what to start; created once, by exclusive link            journal.json  who owns it; created once
 *   watcher.json  the newest watcher and its epoch; replaced                lease         its time of change is the renewal
 *   output        stdout and stderr of the program                          result.json   how it ended; created once
 *   .ask/kill, .ask/tombstone   what the supervisor is asked to do; a folder of its own, so that it can be watched cheaply
 *
 * S1 `spec.json` and `journal.json` are created, never replaced by another process: one program per key, whoever races.
 * S2 `result.json` is created once: a recorded exit does not change.
 * S3 after `tombstone` and a `closed` journal no program starts under the key.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { invariant } from '../domain/result.ts';
import { createWhole, hasCode, readWhole, writeWhole } from './durable-file.ts';
import type { ProcessIdentity } from './process-identity.ts';
import {
  parseExit,
  parseGrace,
  parseJournal,
  parseSpec,
  parseWatcher,
  type RecordedExit,
  type RecordedWatcher,
  type StepJournal,
  type StepSpec,
} from './step-files.ts';

export * from './step-files.ts';
export { hasCode } from './durable-file.ts';

export const markerName = 'TALLYMAN_STEP';

/** Value of the marker: says nothing about the attempt's number to the program that sees it. */
export function markerOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** Deepest key: the four parts of a step key and one below it (the gates of a gate run are steps of their own). */
const depthMax = 5;

export interface StepDirectory {
  readonly path: string;
  readonly outputFile: string;
  readonly askDirectory: string;
  create(): Promise<void>;
  /** False when the step is there already. */
  createSpec(spec: StepSpec): Promise<boolean>;
  readSpec(): Promise<StepSpec | undefined>;
  /** The owner only: blanks the environment. */
  blankEnvironment(spec: StepSpec): Promise<void>;
  /** False when another owner was faster. */
  claim(journal: StepJournal): Promise<boolean>;
  /** The owner only. */
  writeJournal(journal: StepJournal): Promise<void>;
  readJournal(): Promise<StepJournal | undefined>;
  /** Makes the caller the newest watcher, and renews the lease. */
  takeEpoch(process: ProcessIdentity, at: Date, activity?: RecordedWatcher['activity']): Promise<RecordedWatcher>;
  readWatcher(): Promise<RecordedWatcher | undefined>;
  renewLease(): Promise<void>;
  /** Changes with each renewal; undefined before the first. */
  leaseStamp(): Promise<number | undefined>;
  askToKill(graceMs: number): Promise<void>;
  /** Refuses the step for ever. */
  bury(graceMs: number): Promise<void>;
  isBuried(): Promise<boolean>;
  /** Grace in milliseconds when the step is asked to end; undefined when it is not. */
  askedToEnd(): Promise<number | undefined>;
  /** False when an exit is recorded already. */
  recordExit(exit: RecordedExit): Promise<boolean>;
  readExit(): Promise<RecordedExit | undefined>;
  outputBytes(): Promise<number>;
  remove(): Promise<void>;
}

/** The directory of a step key under a root. */
export function stepDirectory(root: string, key: string): StepDirectory {
  return stepDirectoryAt(join(root, checkedKey(key)));
}

/** The same, by its path. */
export function stepDirectoryAt(path: string): StepDirectory {
  const at = (name: string): string => join(path, name);
  const askDirectory = at('.ask');
  const read = async <T>(name: string, parse: (path: string, text: string) => T): Promise<T | undefined> => {
    const text = await readWhole(at(name));
    return text === undefined ? undefined : parse(at(name), text);
  };
  return {
    path,
    askDirectory,
    outputFile: at('output'),
    create: async () => {
      await mkdir(askDirectory, { recursive: true, mode: 0o700 });
    },
    createSpec: (spec) => createWhole(at('spec.json'), JSON.stringify(spec)),
    readSpec: () => read('spec.json', parseSpec),
    blankEnvironment: (spec) => writeWhole(at('spec.json'), JSON.stringify({ ...spec, env: {} })),
    claim: (journal) => createWhole(at('journal.json'), JSON.stringify(journal)),
    writeJournal: (journal) => writeWhole(at('journal.json'), JSON.stringify(journal)),
    readJournal: () => read('journal.json', parseJournal),
    takeEpoch: (process, now, activity) => takeEpoch(path, { process, now, ...(activity && { activity }) }),
    readWatcher: () => read('watcher.json', parseWatcher),
    renewLease: () => touch(at('lease')),
    leaseStamp: () => statOf(at('lease'), (found) => found.mtimeMs),
    askToKill: (graceMs) => writeWhole(join(askDirectory, 'kill'), JSON.stringify({ graceMs })),
    bury: async (graceMs) => {
      await createWhole(join(askDirectory, 'tombstone'), JSON.stringify({ graceMs }));
    },
    isBuried: async () => (await readWhole(join(askDirectory, 'tombstone'))) !== undefined,
    askedToEnd: async () => (await read('.ask/tombstone', parseGrace)) ?? (await read('.ask/kill', parseGrace)),
    recordExit: (exit) => createWhole(at('result.json'), JSON.stringify(exit)),
    readExit: () => read('result.json', parseExit),
    outputBytes: async () => (await statOf(at('output'), (found) => found.size)) ?? 0,
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Keys of the steps recorded under a root, that begin with `prefix`; sorted. Empty when there are none. */
export async function findSteps(root: string, prefix: string): Promise<readonly string[]> {
  const whole = prefix.slice(0, prefix.lastIndexOf('/') + 1).replace(/\/+$/, '');
  const found: string[] = [];
  if (whole !== '') checkedKey(whole);
  await walk(root, whole, whole === '' ? 0 : whole.split('/').length, found);
  return found.filter((key) => key.startsWith(prefix)).sort();
}

async function walk(root: string, key: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(join(root, key), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []; // Nothing recorded, or removed meanwhile.
    throw error;
  });
  if (depth > 0 && entries.some((entry) => entry.name === '.ask' && entry.isDirectory())) found.push(key);
  if (depth === depthMax) return;
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === '.ask') continue;
    await walk(root, key === '' ? entry.name : `${key}/${entry.name}`, depth + 1, found);
  }
}

/** Removes the folders above a removed step that are empty, up to the root. */
export async function removeEmptyParents(root: string, key: string): Promise<void> {
  const top = resolve(root);
  for (let path = dirname(join(top, checkedKey(key))); path.startsWith(top + sep); path = dirname(path)) {
    const entries = await readdir(path).catch(() => undefined);
    if (entries?.length !== 0) return;
    await rm(path, { recursive: true, force: true });
  }
}

/** A key becomes a path: no part may lead out of the root or hide a file of the step. */
function checkedKey(key: string): string {
  const parts = key.split('/');
  const good = parts.every(
    (part) => part !== '' && part !== '.' && part !== '..' && part !== '.ask' && !part.includes('\0'),
  );
  invariant(good && parts.length <= depthMax, `"${key}" is no step key`);
  return key;
}

async function takeEpoch(
  path: string,
  watcher: { readonly process: ProcessIdentity; readonly now: Date; readonly activity?: RecordedWatcher['activity'] },
): Promise<RecordedWatcher> {
  const file = join(path, 'watcher.json');
  const before = await readWhole(file);
  const taken: RecordedWatcher = {
    epoch: before === undefined ? 1 : parseWatcher(file, before).epoch + 1,
    token: randomBytes(8).toString('hex'),
    process: watcher.process,
    at: watcher.now.toISOString(),
    ...(watcher.activity && { activity: watcher.activity }),
  };
  await writeWhole(file, JSON.stringify(taken));
  await touch(join(path, 'lease'));
  return taken;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await (await open(path, 'a', 0o600)).close();
  }
}

async function statOf<T>(path: string, pick: (found: { mtimeMs: number; size: number }) => T): Promise<T | undefined> {
  try {
    return pick(await stat(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
