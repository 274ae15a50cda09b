// Level: workflow (real server, fake activities).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoKeys } from '../../src/contracts/names.ts';
import { FakeWorld, worked } from '../support/fake-activities.ts';
import { plan } from '../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const small = { events: 150, bytes: 4_000_000 };

describe('a phase with a small budget of history', () => {
  it('continues as new several times over 28 tasks; nothing is lost or done twice', { timeout: 120_000 }, async () => {
    const ids = Array.from({ length: 28 }, (_, n) => `T-${n + 1}`);
    const builder = ids.reduce(
      (built, id, n) => built.task(id, n < 4 ? {} : { needs: [`T-${n - 3}`] }),
      plan().inPhase('One'),
    );
    const world = new FakeWorld(builder.plan());
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName(), { history: small }));
    const end = await run.end();
    expect(end).toMatchObject({ kind: 'completed' });
    const executions = await run.executions();
    expect(executions).toBeGreaterThanOrEqual(4);
    expect(Object.values(world.statuses()).every((status) => status === 'done')).toBe(true);
    expect(world.published.map(({ op }) => op)).toHaveLength(56);
    expect([...world.steps.values()].filter(({ key }) => key.includes('/agent.'))).toHaveLength(28);
    expect(world.ownership).toHaveLength(2);
  });

  it('running agents are neither ended nor started again, and are adopted', { timeout: 120_000 }, async () => {
    const world = new FakeWorld(
      ['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6', 'S-7']
        .reduce((built, id) => built.task(id), plan().task('LONG'))
        .plan(),
    );
    const open = world.gate();
    world.agent = async (input) => {
      if (input.task.id === 'LONG') await open.opened;
      return worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName(), { history: small, concurrency: 2 }));
    await world.until(() => Object.values(world.statuses()).filter((status) => status === 'done').length === 7);
    expect(await run.executions()).toBeGreaterThanOrEqual(2);
    const { memo } = await run.phase().describe();
    expect(memo?.[memoKeys.session]).toContain('Session Summary');
    open.open();
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    const long = [...world.steps.values()].filter(({ key }) => key.includes('/LONG/') && key.includes('/agent.'));
    expect(long).toHaveLength(1);
    expect(long[0]?.watchers).toBeGreaterThanOrEqual(2);
    expect(world.ended).toEqual([]);
  });

  it('a pause holds, and an applied update is not applied again, over a compaction', { timeout: 120_000 }, async () => {
    const world = new FakeWorld(plan().task('A').task('B').task('C').task('D').task('E').plan());
    const open = world.gate();
    world.agent = async (input) => {
      if (input.task.id !== 'A') await open.opened;
      return worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName(), { history: { events: 60, bytes: 4_000_000 } }));
    await world.until(() => world.started('/agent.') >= 4);
    const set = (concurrency: number) =>
      run.phase().executeUpdate('setConcurrency', { args: [{ concurrency }], updateId: 'set-once' });
    await set(3);
    await run.plan.signal('pause', { by: 'eva' });
    await run.untilProgress((progress) => progress.control === 'paused');
    open.open();
    await world.until(() => Object.values(world.statuses()).filter((status) => status === 'done').length >= 4);
    await run.untilExecutions(2);
    expect(await set(7)).toMatchObject({ said: expect.stringMatching(/before|3 agents/) as string });
    const paused = await run.untilProgress(({ unpublished }) => unpublished === 0);
    expect(paused.control).toBe('paused');
    await run.plan.signal('resume', {});
    expect(await run.end()).toMatchObject({ kind: 'completed' });
  });

  it('holds when every workflow task is replayed from its history', { timeout: 120_000 }, async () => {
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .task('C')
        .task('D')
        .plan(),
    );
    await rig.work(world, { maxCachedWorkflows: 0 });
    const run = await rig.start(settingsFor(newPlanName(), { history: small }));
    expect(await run.end()).toMatchObject({ kind: 'completed' });
  });
});
