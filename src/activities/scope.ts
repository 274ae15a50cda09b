/** What an activity may know of Temporal: that it is being watched, and how to end. Tests pass their own. Only this file and bind.ts know Temporal. */
import type { StepWatcher } from '../adapters/supervisor/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';

export interface ActivityScope {
  heartbeat(details: Heartbeat): void;
  /** Resolves when Temporal wants the activity to end: `kill` when a person or the scheduler cancelled it, else `detach`. */
  readonly ending: Promise<'kill' | 'detach'>;
  /** Aborts when `ending` resolves. */
  readonly signal: AbortSignal;
  /** Who watches, for the host's healing. */
  readonly watcher: StepWatcher;
}

/** Thrown by an activity that detaches: Temporal runs it again, and the next one adopts. */
export class Detached extends Error {
  override readonly name = 'Detached';
}
