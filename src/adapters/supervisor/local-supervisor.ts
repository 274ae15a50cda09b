/**
 * Supervised steps of this host, through their directories and one small detached process each (`processes/supervisor`).
 *
 * L1 one program per key: whoever creates the spec asks for a supervisor, and the supervisors claim the step among them.
 * L2 a step without a living supervisor and without a result is `lost`: what is left of it is killed before that is said.
 * L3 a buried key, or one below it, never starts.
 */
import { dirname, join } from 'node:path';
import type { StepKey } from '../../domain/ids.ts';
import { identify, isAlive, type ProcessIdentity } from '../../processes/process-identity.ts';
import {
  findSteps,
  markerOf,
  removeEmptyParents,
  stepDirectory,
  type Sandbox,
  type StepDirectory,
} from '../../processes/step-directory.ts';
import { createLauncher, type Launcher } from './launcher-client.ts';
import type { FoundStep, StepExit, StepProgram, StepWatcher, Supervisor, WatchedStep } from './port.ts';
import { findSandbox } from './sandbox.ts';
import { endForGood, exitOrLost } from './step-end.ts';
import { openIfThere, readPiece } from './tail.ts';
import { refusedStep, watchStep } from './watched-step.ts';

export interface SupervisorOptions {
  /** The host's root (`createHost().root`); steps lie in `steps/` below it. */
  readonly stateDirectory: string;
  /** What supervisors themselves run with; PATH is enough. */
  readonly environment: Readonly<Record<string, string>>;
  /** Instead of what this host offers; for tests. */
  readonly sandbox?: Sandbox;
}

interface Context {
  readonly root: string;
  readonly launcher: Launcher;
  readonly self: ProcessIdentity;
  readonly sandbox: () => Promise<Sandbox>;
}

/** The same key with another subject: it belongs to another commit, and neither its process nor its exit is an answer. */
export class OtherSubject extends Error {
  override readonly name = 'OtherSubject';
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('This process cannot be identified: is /proc mounted?');
  const { sandbox } = options;
  const context: Context = {
    root: join(options.stateDirectory, 'steps'),
    launcher: createLauncher(options.environment),
    self,
    sandbox: sandbox === undefined ? findSandbox : () => Promise.resolve(sandbox),
  };
  return {
    startOrAdopt: (key, program, watcher) => startOrAdopt(context, { key, program, ...(watcher && { watcher }) }),
    end: (key, graceMs) => endAll(context.root, key, graceMs),
    find: async (prefix) => {
      const keys = await findSteps(context.root, prefix);
      return Promise.all(keys.map((key) => look(context.root, key)));
    },
    read: (key, from) => read(stepDirectory(context.root, key), from),
    forget: (prefix) => forget(context.root, prefix),
  };
}

async function startOrAdopt(
  context: Context,
  asked: { readonly key: StepKey; readonly program: StepProgram; readonly watcher?: StepWatcher },
): Promise<WatchedStep> {
  const { key, program } = asked;
  const directory = stepDirectory(context.root, key);
  await directory.create();
  if (await isRefused(context.root, key)) return refusedStep(directory);
  const watcherBefore = await directory.readWatcher();
  const mine = await directory.takeEpoch(context.self, new Date(), asked.watcher);
  const isNew = await directory.createSpec({
    ...program,
    key,
    marker: markerOf(key),
    sandbox: await context.sandbox(),
  });
  const spec = await directory.readSpec();
  if (!isNew && spec?.subject !== program.subject) {
    throw new OtherSubject(
      `Step ${key} was started for ${spec?.subject ?? 'no subject'} and cannot be used for ${program.subject ?? 'none'}. Start the next turn of the step.`,
    );
  }
  // Whoever made the spec may have died before it asked for a supervisor.
  const isOrphaned = !isNew && (watcherBefore === undefined || !isAlive(watcherBefore.process));
  await untilClaimed(directory, context.launcher, isNew || isOrphaned);
  return watchStep({ directory, mine, how: isNew ? 'started' : 'adopted', graceMs: program.limits.graceMs });
}

/** A supervisor is up in some 60 ms; a busy host gets more time before another one is asked for. */
const claimMs = 3000;
const claimTriesMax = 10;
const claimPollMs = 15;

async function untilClaimed(directory: StepDirectory, launcher: Launcher, launchNow: boolean): Promise<void> {
  for (let tries = 0; tries < claimTriesMax; tries += 1) {
    if ((await directory.readJournal()) !== undefined) return;
    if (launchNow || tries > 0) await launcher.launch(directory.path);
    for (const startMs = performance.now(); performance.now() - startMs < claimMs;) {
      if ((await directory.readJournal()) !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, claimPollMs));
    }
  }
  throw new Error(
    `No supervisor took over ${directory.path} in ${(claimMs * claimTriesMax) / 1000} s. Read supervisor.log there.`,
  );
}

async function isRefused(root: string, key: string): Promise<boolean> {
  const parent = dirname(key);
  return (
    (await stepDirectory(root, key).isBuried()) ||
    (parent.includes('/') && (await stepDirectory(root, parent).isBuried()))
  );
}

/** Ends the step and those below its key. The deepest last: nothing new starts below a buried key. */
async function endAll(root: string, key: StepKey, graceMs: number): Promise<'killed' | 'was-over' | 'unknown'> {
  const own = await endForGood(stepDirectory(root, key), graceMs);
  const below = await findSteps(root, `${key}/`);
  const ends = await Promise.all(below.map((one) => endForGood(stepDirectory(root, one), graceMs)));
  return ends.includes('killed') ? 'killed' : own === 'unknown' ? (ends[0] ?? own) : own;
}

async function look(root: string, key: string): Promise<FoundStep> {
  const directory = stepDirectory(root, key);
  const [exit, journal, watcher] = await Promise.all([
    directory.readExit(),
    directory.readJournal(),
    directory.readWatcher(),
  ]);
  // Not claimed yet: a supervisor may be on its way.
  const mayRun =
    journal === undefined ? watcher !== undefined : journal.kind === 'claimed' && isAlive(journal.supervisor);
  return {
    key: key as StepKey,
    alive: exit === undefined && mayRun,
    watched: watcher !== undefined && isAlive(watcher.process),
    ...(watcher?.activity && { watcher: watcher.activity }),
    ...(watcher && { watchedSince: watcher.at }),
    ...(exit && { endedAt: exit.endedAt }),
  };
}

async function read(
  directory: StepDirectory,
  from: number,
): Promise<{ readonly bytes: Uint8Array; readonly exit?: StepExit }> {
  const exit = await exitOrLost(directory);
  const file = await openIfThere(directory.outputFile);
  try {
    const bytes = file === undefined ? undefined : await readPiece(file, from);
    return { bytes: bytes ?? new Uint8Array(), ...(exit && { exit }) };
  } finally {
    await file?.close();
  }
}

async function forget(root: string, prefix: string): Promise<void> {
  // The deepest first, so that a step that stays keeps the folders above it.
  for (const key of [...(await findSteps(root, prefix))].reverse()) {
    if ((await look(root, key)).alive) continue;
    if ((await findSteps(root, `${key}/`)).length > 0) continue;
    await stepDirectory(root, key).remove();
    await removeEmptyParents(root, key);
  }
}
