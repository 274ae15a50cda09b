/** Signals, updates and queries: name, argument, reply. People type these names in the Web UI. Every field of a signal's argument may be missing: from there it arrives as `{}`. Spec 9.2. */
import type { Control } from '../domain/decide/state.ts';
import type { Progress } from './progress.ts';

export interface By {
  readonly by?: string;
  readonly why?: string;
}

/** To the plan run; accepted with no worker online. */
export interface RunSignals {
  pause: By & { readonly now?: boolean };
  resume: By;
  stop: By;
}

/** From the plan run to its open phase. */
export interface PhaseSignals {
  control: Control;
}

/** To the open phase; validated against its state by the pure `refusal`. */
export interface PhaseUpdates {
  retryTask: By & { readonly task: string };
  skipTask: By & { readonly task: string };
  cancelTask: By & { readonly task: string };
  approve: By & { readonly task: string };
  setConcurrency: By & { readonly concurrency: number };
}

/** What was done, as a sentence. */
export interface Receipt {
  readonly said: string;
}

export interface PhaseQueries {
  progress: { readonly argument: undefined; readonly reply: Progress };
  why: { readonly argument: string; readonly reply: string };
}
