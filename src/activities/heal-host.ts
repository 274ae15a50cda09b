/**
 * Run by a starting worker, before it polls: for steps of this host whose watcher's process is gone, the activity that
 * watched them is reported failed, so that its next attempt adopts the step within a second instead of after the
 * heartbeat time-out. A step that no run waits for is ended.
 */
import type { FoundStep, StepWatcher } from '../adapters/supervisor/port.ts';
import type { StepFates } from '../adapters/temporal/port.ts';
import type { Ports } from './ports.ts';

export interface Healed {
  /** Their activities run again at once. */
  readonly reported: number;
  readonly ended: number;
}

type HealPorts = Pick<Ports, 'supervisor' | 'log' | 'now'>;

export interface HealOptions {
  readonly fates: StepFates;
  readonly graceMs: number;
}

/** An exit recorded longer ago was missed by no heartbeat time-out: its activity runs again already. */
const recentMs = 15 * 60_000;
/** The server is asked about so many steps at once. */
const atOnce = 8;
const why = 'The worker that watched this step is gone; the step is adopted by the next try.';

export async function healHost(ports: HealPorts, options: HealOptions): Promise<Healed> {
  const found = await ports.supervisor.find('');
  const unwatched = found.filter((step) => needsHealing(step, ports.now()));
  const did: ('reported' | 'ended' | 'left')[] = [];
  const next = async (): Promise<void> => {
    for (let step = unwatched.pop(); step !== undefined; step = unwatched.pop()) {
      did.push(await healStep(ports, options, step));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return {
    reported: did.filter((one) => one === 'reported').length,
    ended: did.filter((one) => one === 'ended').length,
  };
}

function needsHealing(step: FoundStep, now: Date): boolean {
  if (step.watched || step.watcher === undefined) return false;
  return step.alive || (step.endedAt !== undefined && now.getTime() - Date.parse(step.endedAt) < recentMs);
}

async function healStep(
  ports: HealPorts,
  options: HealOptions,
  step: FoundStep,
): Promise<'reported' | 'ended' | 'left'> {
  const did = step.watcher === undefined ? 'left' : await reportWatcher(ports, options.fates, step.watcher);
  ports.log.info(`a step without its watcher: ${did}`, { key: step.key, alive: step.alive });
  if (did !== 'unwanted') return did;
  if (!step.alive) return 'left';
  await ports.supervisor.end(step.key, options.graceMs);
  return 'ended';
}

async function reportWatcher(
  ports: HealPorts,
  fates: StepFates,
  watcher: StepWatcher,
): Promise<'reported' | 'unwanted' | 'left'> {
  try {
    if ((await fates.failStep(watcher, why)) === 'failed') return 'reported';
  } catch (error) {
    // No answer proves nothing: the heartbeat time-out or the lease decides.
    ports.log.warn('the server did not say what became of a watcher', { ...watcher, error });
    return 'left';
  }
  const fate = await fates.fateOf(watcher);
  return fate === 'given-up' || fate === 'terminated' || fate === 'closed' ? 'unwanted' : 'left';
}
