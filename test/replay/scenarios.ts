/** The runs whose histories are recorded: each goes another way through the workflows. */
import type { RunSettings } from '../../src/contracts/run-settings.ts';
import { failedGate, FakeWorld, forever, worked } from '../support/fake-activities.ts';
import { plan } from '../support/plan-builder.ts';
import type { RunHandle } from '../workflows/rig.ts';

export interface Scenario {
  readonly name: string;
  readonly world: FakeWorld;
  readonly policy?: Partial<RunSettings['policy']>;
  /** What a person does meanwhile. */
  readonly meanwhile?: (run: RunHandle, world: FakeWorld) => Promise<void>;
}

export function scenarios(): readonly Scenario[] {
  return [twoPhases(), retryAndLimit(), compacted(), steered()];
}

function twoPhases(): Scenario {
  const built = plan()
    .inPhase('One')
    .task('A')
    .task('B', { needs: ['A'] })
    .inPhase('Two')
    .task('C');
  return { name: 'two-phases', world: new FakeWorld(built.plan()) };
}

function retryAndLimit(): Scenario {
  const world = new FakeWorld(plan().task('A').task('B').plan());
  const green = world.gates;
  world.gates = (input, killed) =>
    input.task.id === 'A' && input.attempt === 1 ? Promise.resolve(failedGate(input)) : green(input, killed);
  const usage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 0, claimed: false };
  world.agent = (input) =>
    Promise.resolve(
      input.task.id === 'B' && input.key.endsWith('agent.1')
        ? { kind: 'limited', agent: 'scripted', until: new Date(Date.now() + 1_000).toISOString(), usage }
        : worked(input),
    );
  return { name: 'retry-and-limit', world };
}

function compacted(): Scenario {
  const ids = Array.from({ length: 8 }, (_, n) => `T-${n + 1}`);
  const built = ids.reduce((all, id) => all.task(id), plan());
  return {
    name: 'compacted',
    world: new FakeWorld(built.plan()),
    policy: { history: { events: 120, bytes: 4_000_000 } },
  };
}

function steered(): Scenario {
  const world = new FakeWorld(plan().task('A').task('B').plan());
  world.agent = forever;
  return {
    name: 'paused-updated-stopped',
    world,
    meanwhile: async (run) => {
      await world.until(() => world.started('/agent.') === 2);
      await run.plan.signal('pause', { by: 'eva' });
      await run.untilProgress((progress) => progress.control === 'paused');
      await run.phase().executeUpdate('cancelTask', { args: [{ task: 'A', by: 'eva', why: 'test' }] });
      await world.until(() => world.row('A').status === 'failed');
      await run.plan.signal('stop', {});
    },
  };
}
