/**
 * A run keeps the rules it began with. A worker that does not know them fails the workflow task, not the run: the task is
 * retried, the reason stands in the Web UI, and a worker of the right version goes on.
 */
import { refuseRules } from '../domain/decide/rules.ts';

export function followRules(rules: number): void {
  const why = refuseRules(rules);
  if (why !== undefined) throw new Error(why);
}
