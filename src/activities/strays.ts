/** Before a host starts anything for a task, what lives there for that task under another run is ended: two agents never work at one task. */
import { parseStepKey, type StepKey } from '../domain/ids.ts';
import type { Ports } from './ports.ts';

export async function endStrays(
  ports: Pick<Ports, 'supervisor' | 'log'>,
  key: StepKey,
  graceMs: number,
): Promise<void> {
  const [plan = '', task = '', attempt = ''] = key.split('/');
  const run = attempt.slice(0, attempt.indexOf('.'));
  const found = await ports.supervisor.find(`${plan}/${task}/`);
  // Started before: whoever started it has looked.
  if (found.some((step) => step.key === key)) return;
  const strays = found.filter((step) => step.alive && parseStepKey(topOf(step.key))?.run !== run);
  for (const stray of strays) {
    ports.log.warn('a step of another run is ended', { run, task, attempt, stray: stray.key });
    await ports.supervisor.end(stray.key, graceMs);
  }
}

/** The step key that a key below it belongs to. */
function topOf(key: StepKey): string {
  return key.split('/').slice(0, 4).join('/');
}
