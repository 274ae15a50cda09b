/** When a phase continues as new: the guide's 60 % rule, applied to the workflow's history. Spec 10. */
import type { Policy } from '../policy.ts';

/** Share of the budget: leaves room for what is under way when the phase freezes. */
const share = 0.6;

/** Whether the history has reached 60 % of its budget, in events or bytes, or the server suggests it. */
export function compactionDue(
  policy: Policy,
  history: { readonly events: number; readonly bytes: number; readonly suggested: boolean },
): boolean {
  return history.suggested || usage(policy, history) >= share;
}

/** The larger of events and bytes, as a share of the budget: 1 is all of it. */
export function usage(policy: Policy, history: { readonly events: number; readonly bytes: number }): number {
  return Math.max(history.events / policy.history.events, history.bytes / policy.history.bytes);
}
