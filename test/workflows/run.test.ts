// Level: workflow (real server, fake activities).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeWorld } from '../support/fake-activities.ts';
import { plan } from '../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

describe('a run of a plan', () => {
  it('does phase after phase until every row is done', async () => {
    const world = new FakeWorld(
      plan()
        .inPhase('First')
        .task('A-1')
        .task('A-2', { needs: ['A-1'] })
        .task('A-3')
        .inPhase('Second')
        .task('B-1')
        .plan(),
    );
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    const end = await run.end();
    expect(end).toMatchObject({ kind: 'completed', summary: 'All 4 tasks in 2 phases are done or skipped.' });
    expect(world.statuses()).toEqual({ 'A-1': 'done', 'A-2': 'done', 'A-3': 'done', 'B-1': 'done' });
    expect(world.ownership).toEqual([`begin ${end.run}`, `end ${end.run}`]);
    const claims = world.published.filter(({ to }) => to === 'in-progress').map(({ task }) => task);
    expect(claims.indexOf('A-2' as never)).toBeGreaterThan(claims.indexOf('A-1' as never));
    expect(claims.at(-1)).toBe('B-1');
  });

  it('of rules that this version does not know is refused with a sentence, and is not ended by that', async () => {
    await rig.work(new FakeWorld(plan().task('T-1').plan()));
    const run = await rig.start(settingsFor(newPlanName()), { rules: 99 });
    const failure = await run.taskFailure();
    expect(failure).toContain('This run follows rules 99, and this version of Tallyman knows rules 1');
    expect((await run.plan.describe()).status.name).toBe('RUNNING');
    await run.plan.terminate();
  });
});
