// Level: adapter (real server, fake activities).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunClient, serverHome } from '../../../src/adapters/temporal/run-client.ts';
import { FakeWorld, forever } from '../../support/fake-activities.ts';
import { plan } from '../../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from '../../workflows/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const home = 'home';

describe('a run seen from outside', () => {
  it('is started once; a second start attaches', async () => {
    const client = createRunClient(rig.client);
    const settings = settingsFor(newPlanName());
    expect(await client.start(settings, { home })).toBe('started');
    expect(await client.start(settings, { home })).toBe('attached');
  });

  it('of a plan that never ran is nothing, and takes no signal and no update', async () => {
    const client = createRunClient(rig.client);
    expect(await client.seen('never')).toBeUndefined();
    expect(await client.signal('never', 'pause', {})).toBe(false);
    expect(await client.update('never', 'skipTask', { task: 'A' })).toEqual({ kind: 'no-phase' });
    expect(await client.why('never', 'A')).toBeUndefined();
    expect(await client.heartbeats('never')).toEqual([]);
  });

  it('shows run, phase and heartbeats, answers why, takes updates, and tells its end', async () => {
    const client = createRunClient(rig.client);
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .plan(),
    );
    world.agent = forever;
    await rig.work(world);
    const settings = settingsFor(newPlanName());
    const { name } = settings.plan;
    await client.start(settings, { home });
    await world.until(() => world.started('/agent.') === 1);
    const seen = await client.seen(name);
    expect(seen).toMatchObject({
      isOpen: true,
      run: { plan: name, control: 'running', open: '1', phases: [{ satisfied: 0, tasks: 2 }] },
      phase: { running: [{ task: 'A', attempt: 1 }] },
      trouble: undefined,
    });
    expect(await client.why(name, 'B')).toContain('A');
    expect(await client.update(name, 'retryTask', { task: 'A' })).toMatchObject({ kind: 'refused' });
    expect(await client.update(name, 'skipTask', { task: 'A', by: 'eva' })).toEqual({
      kind: 'done',
      said: 'A is skipped.',
    });
    await world.until(() => world.started('/B/') > 0);
    await rig.stopWork();
    // Without a worker: describe and memo still answer, and signals are taken.
    expect((await client.seen(name))?.run?.plan).toBe(name);
    expect(await client.signal(name, 'stop', {})).toBe(true);
    await rig.work(world);
    expect(await client.untilEnd(name)).toMatchObject({ kind: 'stopped' });
    expect(await client.seen(name)).toMatchObject({
      isOpen: false,
      run: { end: 'stopped', phases: [{ satisfied: 1 }] },
    });
  });

  it('keeps its memory on the server: its id and the namespace', async () => {
    expect(await serverHome(rig.client)).toMatch(/^[0-9a-f-]{36}\/tests-\d+$/);
  });
});
