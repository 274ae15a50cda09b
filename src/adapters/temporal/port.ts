/** What became of an activity that watches a step, asked of the server from outside the workflow. Spec 6.2. */
import type { StepWatcher } from '../supervisor/port.ts';

/**
 * `pending`: it, or its next attempt, is wanted. `given-up`: its workflow runs and no longer waits for it.
 * `continued`: the workflow continued as new; the next execution adopts the step. `unknown`: the server did not say.
 */
export type StepFate = 'pending' | 'given-up' | 'continued' | 'terminated' | 'closed' | 'unknown';

export interface StepFates {
  /** Never rejects. */
  fateOf(watcher: StepWatcher): Promise<StepFate>;
  /** Reports a dead watcher's activity failed, so that its next attempt starts at once instead of after the heartbeat time-out. Only one that is started there. */
  failStep(watcher: StepWatcher, why: string): Promise<'failed' | 'not-started-there'>;
}
