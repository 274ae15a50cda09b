/** How a step ended, asked from outside its supervisor: recorded, lost, or brought about here. */
import { bootId, isAlive, startOf, type ProcessIdentity } from '../../processes/process-identity.ts';
import { killMembers, signalTo } from '../../processes/process-tree.ts';
import { markerOf, type RecordedExit, type StepDirectory } from '../../processes/step-directory.ts';
import { createWakeUp } from './wake-up.ts';

/** A supervisor ends its program within the grace and some time for sweeping; one that does not is killed itself. */
const overtimeMs = 8000;

/** The recorded exit; undefined while the step goes on or has not begun. A step whose supervisor is gone is swept and recorded as `lost`. */
export async function exitOrLost(directory: StepDirectory): Promise<RecordedExit | undefined> {
  const exit = await directory.readExit();
  if (exit !== undefined) return exit;
  const journal = await directory.readJournal();
  if (journal?.kind !== 'claimed' || isAlive(journal.supervisor)) return undefined;
  // It may have recorded its result and ended between the two looks.
  return (await directory.readExit()) ?? recordSwept(directory, 'lost');
}

/** Kills the step and waits for its exit; a supervisor that does not answer is killed with it. */
export async function killStep(directory: StepDirectory, graceMs: number): Promise<RecordedExit> {
  await directory.askToKill(graceMs);
  return untilKilled(directory, graceMs);
}

/** Ends the step and refuses its key for ever after. */
export async function endForGood(
  directory: StepDirectory,
  graceMs: number,
): Promise<'killed' | 'was-over' | 'unknown'> {
  await directory.create();
  // Looked at before the tombstone, at which a quick supervisor ends the step at once.
  const over = await exitOrLost(directory);
  await directory.bury(graceMs);
  if (over !== undefined) return 'was-over';
  if (await directory.claim({ kind: 'closed' })) {
    const wasAsked = (await directory.readSpec()) !== undefined;
    await directory.recordExit(neverStarted());
    return wasAsked ? 'killed' : 'unknown';
  }
  return (await untilKilled(directory, graceMs)).endedBy === 'killed' ? 'killed' : 'was-over';
}

/** The exit of a step that was ended before it began. */
export function neverStarted(): RecordedExit {
  return {
    endedBy: 'killed',
    durationMs: 0,
    outputBytes: 0,
    problem: 'It was ended before it began.',
    endedAt: new Date().toISOString(),
  };
}

async function untilKilled(directory: StepDirectory, graceMs: number): Promise<RecordedExit> {
  const changes = createWakeUp(directory.path, 'result.json');
  try {
    for (const startMs = performance.now(); performance.now() - startMs < graceMs + overtimeMs;) {
      const seen = changes.seen();
      const exit = await exitOrLost(directory);
      if (exit !== undefined) return exit;
      await changes.after(seen);
    }
  } finally {
    changes.close();
  }
  const journal = await directory.readJournal();
  if (journal?.kind === 'claimed' && isAlive(journal.supervisor)) signalTo(journal.supervisor.pid, 'SIGKILL');
  return recordSwept(directory, 'killed');
}

async function recordSwept(directory: StepDirectory, endedBy: 'lost' | 'killed'): Promise<RecordedExit> {
  const [spec, journal, outputBytes] = [
    await directory.readSpec(),
    await directory.readJournal(),
    await directory.outputBytes(),
  ];
  const claimed = journal?.kind === 'claimed' ? journal : undefined;
  if (spec !== undefined) await killMembers({ marker: markerOf(spec.key), ...groupOf(claimed?.program) });
  const now = new Date();
  const startedMs = claimed === undefined ? now.getTime() : Date.parse(claimed.startedAt);
  await directory.recordExit({
    endedBy,
    durationMs: Math.max(0, now.getTime() - startedMs),
    outputBytes,
    ...(endedBy === 'lost' && {
      problem: 'Its supervisor was gone without a result: killed from outside, or a restart.',
    }),
    endedAt: now.toISOString(),
  });
  const recorded = await directory.readExit();
  if (recorded === undefined) throw new Error(`${directory.path} was removed while its step was being ended.`);
  return recorded;
}

/**
 * The group belongs to the step unless its number leads another program by now. A number is not given away while a
 * group bears it, so a leader that is gone leaves its group ours.
 */
function groupOf(program: ProcessIdentity | undefined): { readonly program?: ProcessIdentity } {
  if (program?.boot !== bootId()) return {};
  const start = startOf(program.pid);
  return start === undefined || start === program.start ? { program } : {};
}
