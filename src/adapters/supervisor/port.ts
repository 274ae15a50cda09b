/** Supervised steps of this host: processes that outlive their watcher. Spec 6.2. */
import type { StepKey } from '../../domain/ids.ts';

export interface StepLimits {
  readonly timeMs: number;
  /** No output for this long ends the step; missing: no such limit. */
  readonly silentMs?: number;
  readonly outputBytesMax: number;
  /** A step that nobody watches is killed after this, on the monotonic clock. */
  readonly leaseMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

export interface StepProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the program; the marker is added by the supervisor. */
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly stdinFile?: string;
  readonly limits: StepLimits;
  /** Told apart on adoption: the same key with another `subject` (a gate run's commit) is refused. */
  readonly subject?: string;
}

export interface StepExit {
  readonly code?: number;
  readonly signal?: string;
  /** `lost`: recorded but its processes are gone without a result (reboot, killed from outside). */
  readonly endedBy: 'itself' | 'killed' | 'time' | 'silence' | 'output' | 'lease' | 'lost' | 'not-started';
  readonly durationMs: number;
  readonly outputBytes: number;
  /** `not-started`: why, in words. */
  readonly problem?: string;
  /** ISO 8601 UTC. */
  readonly endedAt: string;
}

export interface WatchedStep {
  /** `adopted`: it was there already. */
  readonly how: 'started' | 'adopted';
  /** From the first byte, whoever started it; ends when the step has ended and all is read. stdout and stderr in one. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly exit: Promise<StepExit>;
  /** Where the whole output lies. */
  readonly log: string;
  renew(): Promise<'ours' | 'taken-over'>;
  kill(): Promise<StepExit>;
  detach(): void;
}

export interface FoundStep {
  readonly key: StepKey;
  readonly alive: boolean;
  /** The process of its newest watcher lives. */
  readonly watched: boolean;
  /** The activity that watched it last, for healing. */
  readonly watcher?: StepWatcher;
  /** When that watcher took it, ISO 8601 UTC. */
  readonly watchedSince?: string;
  /** Over, with a recorded exit, since then; ISO 8601 UTC. */
  readonly endedAt?: string;
}

export interface StepWatcher {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
}

/** The same key gives the same process or its recorded exit, whoever asks; the newest watcher wins (epoch). */
export interface Supervisor {
  startOrAdopt(key: StepKey, program: StepProgram, watcher?: StepWatcher): Promise<WatchedStep>;
  /** Ends it and all it started, and refuses adoption for ever after. */
  end(key: StepKey, graceMs: number): Promise<'killed' | 'was-over' | 'unknown'>;
  find(prefix: string): Promise<readonly FoundStep[]>;
  /** Output from a byte offset, for `logs`. */
  read(key: StepKey, from: number): Promise<{ readonly bytes: Uint8Array; readonly exit?: StepExit }>;
  /** Deletes the run records under a prefix; live steps are left. */
  forget(prefix: string): Promise<void>;
}
