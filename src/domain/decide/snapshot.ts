/** The JSON carried over continue-as-new: running attempts and exceptions. Settled facts are in git, and the phase reads its rows again. */
import type { Transition } from '../transition.ts';
import type { RunState, TaskState } from './state.ts';

export interface PhaseSnapshot {
  readonly run: RunState;
  /** By task id: claimed tasks, and those whose state the row alone does not tell. */
  readonly tasks: Readonly<Record<string, TaskState>>;
  readonly claimed: readonly string[];
  readonly queued: readonly Transition[];
  readonly publishing: number;
  /** Instant of the pending timers, by name. */
  readonly timers: Readonly<Record<string, string>>;
}
