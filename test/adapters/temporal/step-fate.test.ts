// Level: adapter (real server, fake activities).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStepFates } from '../../../src/adapters/temporal/step-fate.ts';
import { FakeWorld, worked } from '../../support/fake-activities.ts';
import { plan } from '../../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from '../../workflows/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

describe('the fate of a watching activity', () => {
  it('a live one is pending and can be reported failed: its next attempt adopts the step', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    const open = world.gate();
    world.agent = async (input) => {
      await open.opened;
      return worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    const fates = createStepFates(rig.client);
    const { workflowId, runId } = await run.phase().describe();
    const watcher = { workflowId, runId, activityId: 'A.a1.agent.1' };
    expect(await fates.fateOf(watcher)).toBe('pending');
    expect(await fates.failStep(watcher, 'its worker is gone')).toBe('failed');
    await world.until(() => [...world.steps.values()].some(({ watchers }) => watchers === 2));
    expect(await fates.fateOf({ ...watcher, activityId: 'A.a1.agent.9' })).toBe('given-up');
    expect(await fates.failStep({ ...watcher, activityId: 'A.a1.agent.9' }, 'gone')).toBe('not-started-there');
    open.open();
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(world.started('/agent.')).toBe(1);
    expect(await fates.fateOf(watcher)).toBe('closed');
  });

  it('tells a terminated run from an unknown one', async () => {
    await rig.work(new FakeWorld(plan().task('A').plan()));
    const fates = createStepFates(rig.client);
    const run = await rig.start(settingsFor(newPlanName()));
    const { workflowId, runId } = await run.plan.describe();
    await run.plan.terminate('test');
    expect(await fates.fateOf({ workflowId, runId, activityId: 'x' })).toBe('terminated');
    expect(await fates.fateOf({ workflowId: 'nobody', runId, activityId: 'x' })).toBe('closed');
    expect(await fates.failStep({ workflowId: 'nobody', runId, activityId: 'x' }, 'gone')).toBe('not-started-there');
  });
});
