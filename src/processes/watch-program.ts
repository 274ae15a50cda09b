/**
 * Watches a running program until nothing of it is left: its limits, its lease, and what the supervisor is asked to do.
 * The first reason to end it is the one recorded. Requests are heard at once (fs.watch); the rest is looked at a few
 * times a second, more often only while output comes near its limit.
 */
import { watch } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { createLease, type Lease } from './lease.ts';
import { askGroupToEnd, killMembers, membersOf, readTable, signalTo } from './process-tree.ts';
import type { RecordedEnding, RecordedExit, StepDirectory, StepSpec } from './step-directory.ts';
import type { StartedProgram } from './supervised-program.ts';

const lookMsMax = 250;
const lookMsMin = 20;
const unkillableMs = 5000;
/** macOS: how often the tree is recorded. */
const recordMs = 1000;

export async function watchProgram(
  directory: StepDirectory,
  spec: StepSpec,
  program: StartedProgram,
): Promise<RecordedExit> {
  const watcher = createWatch(directory, spec, program);
  const end = await Promise.race([program.ended, watcher.untilForced]);
  watcher.stop();
  const left = await killMembers({ marker: spec.marker, program, recorded: watcher.recorded });
  const { code, signal } = end ?? (await Promise.race([program.ended, unkillable()]));
  const outputBytes = await directory.outputBytes();
  // What came between two looks is cut off: the limit holds for the disk and for every reader. A program that printed
  // more and ended at once met the limit too, for what it said last is gone.
  if (outputBytes > spec.limits.outputBytesMax) await truncate(directory.outputFile, spec.limits.outputBytesMax);
  return {
    ...(code !== undefined && { code }),
    ...(signal !== undefined && { signal }),
    endedBy: watcher.reason() ?? (outputBytes > spec.limits.outputBytesMax ? 'output' : 'itself'),
    durationMs: Math.round(performance.now() - program.startedMs),
    outputBytes,
    ...(left.length > 0 && { problem: `Processes that would not die: ${left.map(({ pid }) => pid).join(', ')}` }),
    endedAt: new Date().toISOString(),
  };
}

/** A process that even SIGKILL does not end at once (a disk that hangs) must not keep the result back. */
async function unkillable(): Promise<{ readonly code?: number; readonly signal?: string }> {
  await new Promise((resolve) => setTimeout(resolve, unkillableMs));
  return {};
}

interface Watch {
  /** Resolves when the grace after a request to end is over. */
  readonly untilForced: Promise<undefined>;
  readonly recorded: ReadonlyMap<number, string>;
  reason(): RecordedEnding | undefined;
  stop(): void;
}

function createWatch(directory: StepDirectory, spec: StepSpec, program: StartedProgram): Watch {
  const limits = createLimits(spec, program);
  const recorded = new Map<number, string>();
  let reason: RecordedEnding | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let force: () => void = () => undefined;
  const untilForced = new Promise<undefined>((resolve) => {
    force = () => {
      signalTo(-program.pid, 'SIGKILL');
      resolve(undefined);
    };
  });
  const end = (why: RecordedEnding, graceMs: number): void => {
    if (reason !== undefined || stopped) return;
    reason = why;
    askGroupToEnd(program);
    timer = setTimeout(force, graceMs);
  };
  const hear = async (): Promise<void> => {
    const graceMs = await directory.askedToEnd();
    if (graceMs !== undefined) end('killed', graceMs);
  };
  const look = async (): Promise<void> => {
    const [bytes, stamp] = [await directory.outputBytes(), await directory.leaseStamp()];
    await hear();
    const why = limits.broken(bytes, stamp);
    if (why !== undefined) end(why, spec.limits.graceMs);
    if (reason === undefined && !stopped) timer = setTimeout(() => void look().catch(fail), limits.nextLookMs(bytes));
  };
  // Files of our own that cannot be read leave the step without a watch: it ends rather than run on unwatched.
  const fail = (error: unknown): void => {
    process.stderr.write(`${String(error)}\n`);
    end('lost', spec.limits.graceMs);
  };
  const recorder = process.platform === 'linux' ? undefined : startRecorder(spec.marker, program, recorded);
  const asked = watchQuietly(directory.askDirectory, () => void hear().catch(fail));
  // Somebody ends the supervisor from outside (a shutdown): the step is interrupted, not failed.
  process.once('SIGTERM', () => {
    end('lost', spec.limits.graceMs);
  });
  void look().catch(fail);
  return {
    untilForced,
    recorded,
    reason: () => reason,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      clearInterval(recorder);
      asked?.close();
    },
  };
}

interface Limits {
  broken(outputBytes: number, leaseStamp: number | undefined): RecordedEnding | undefined;
  nextLookMs(outputBytes: number): number;
}

/** Pure but for the monotonic clock. */
function createLimits(spec: StepSpec, program: StartedProgram): Limits {
  const { timeMs, silentMs, outputBytesMax, leaseMs } = spec.limits;
  const lease: Lease = createLease(leaseMs, program.startedMs);
  const shortestMs = Math.min(timeMs, silentMs ?? timeMs, leaseMs);
  const calmMs = Math.max(lookMsMin, Math.min(lookMsMax, shortestMs / 4));
  let bytesSeen = 0;
  let grewMs = program.startedMs;
  let grownBy = 0;
  return {
    broken(outputBytes, leaseStamp) {
      const nowMs = performance.now();
      grownBy = outputBytes - bytesSeen;
      if (grownBy !== 0) grewMs = nowMs;
      bytesSeen = outputBytes;
      if (outputBytes > outputBytesMax) return 'output';
      if (nowMs - program.startedMs > timeMs) return 'time';
      if (silentMs !== undefined && nowMs - grewMs > silentMs) return 'silence';
      return lease.isOver(leaseStamp, nowMs) ? 'lease' : undefined;
    },
    nextLookMs: (outputBytes) => (outputBytes + 2 * Math.max(0, grownBy) > outputBytesMax ? lookMsMin : calmMs),
  };
}

function startRecorder(marker: string, program: StartedProgram, recorded: Map<number, string>): NodeJS.Timeout {
  return setInterval(() => {
    void readTable(marker).then(
      (table) => membersOf(table, { marker, program, recorded }).forEach(({ pid, start }) => recorded.set(pid, start)),
      () => undefined, // `ps` failed once: the next second's record stands in.
    );
  }, recordMs);
}

/** undefined where the host has no watches left: the look a few times a second hears the request too. */
function watchQuietly(path: string, changed: () => void): { close(): void } | undefined {
  try {
    const watcher = watch(path, changed);
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return undefined;
  }
}
