/**
 * What the end of an activity without a value means. The one unwrapper of ActivityFailure in the workflows, as
 * activities/bind.ts is the one maker: no other file looks into causes.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';

/** `unclaimed`: nobody took it from its queue in time. `cancelled`: it says nothing about what the activity had started. */
export type Loss =
  { readonly kind: 'cancelled' } | { readonly kind: 'unclaimed' } | { readonly kind: 'broken'; readonly text: string };

/** Anything but the failure of an activity is a bug, and is thrown on. */
export function lossOf(error: unknown): Loss {
  if (error instanceof CancelledFailure) return { kind: 'cancelled' };
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof CancelledFailure) return { kind: 'cancelled' };
  if (cause instanceof TimeoutFailure && cause.timeoutType === TimeoutType.SCHEDULE_TO_START)
    return { kind: 'unclaimed' };
  return { kind: 'broken', text: `${error.activityType}: ${cause?.message ?? error.message}` };
}

/** Why a child workflow gave no result, for a person. */
export function childLoss(error: unknown): string {
  if (!(error instanceof ChildWorkflowFailure)) throw error;
  const { cause } = error;
  if (cause instanceof TerminatedFailure) return 'was terminated by hand';
  if (cause instanceof CancelledFailure) return 'was cancelled';
  if (cause instanceof ApplicationFailure) return `failed: ${cause.message}`;
  return `ended without a result: ${cause?.message ?? error.message}`;
}
