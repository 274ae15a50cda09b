/** Which agent a row would be given to now. */
import type { RunSettings } from '../../contracts/run-settings.ts';
import type { Task } from '../../domain/plan.ts';

export function agentOf({ policy: { agents } }: RunSettings, task: Task): string | undefined {
  return (task.status === 'not-started' ? task.agent : undefined) ?? agents[task.repo] ?? agents[''];
}

/** Agents that open rows would be given to. */
export function agentsOf(settings: RunSettings, open: readonly Task[]): readonly string[] {
  const wanted = open.map((task) => agentOf(settings, task));
  const all = wanted.length === 0 ? [settings.policy.agents['']] : wanted;
  return [...new Set(all)].filter((name) => name !== undefined);
}
