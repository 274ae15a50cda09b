/** Which phase of a plan is open. Spec 4.1. */
import type { Phase, Plan } from '../plan.ts';
import { isSatisfied } from '../row-status.ts';

/** The first phase with an unsatisfied task; undefined when every task of the plan is satisfied. */
export function openPhase(plan: Plan): Phase | undefined {
  return plan.phases.find((phase) => phase.tasks.some((task) => !isSatisfied(task.status)));
}
