/** Full names of an attempt's own ref. Only this attempt writes it. Spec 7.2. */
import type { AttemptInput } from '../contracts/activities.ts';

export function attemptRef({
  run,
  task,
  attempt,
  settings,
}: Pick<AttemptInput, 'run' | 'task' | 'attempt' | 'settings'>): string {
  const root = settings.refs === 'refs' ? 'refs/tallyman' : 'refs/heads/tallyman-refs';
  return `${root}/attempts/${run}/${task.id}.a${attempt}`;
}
