// Level: workflow (real server, fake activities).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failedGate, FakeWorld, forever, worked } from '../support/fake-activities.ts';
import { plan } from '../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

describe('steps', () => {
  it('a red gate gives the next attempt, which hears of it', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    const told: (string | undefined)[] = [];
    const green = world.gates;
    world.agent = (input) => {
      told.push(input.lastFailure?.reason);
      return Promise.resolve(worked(input));
    };
    world.gates = (input, killed) => (input.attempt === 1 ? Promise.resolve(failedGate(input)) : green(input, killed));
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(told).toEqual([undefined, 'gate-failed']);
  });

  it('a task that fails all its attempts ends the run with failures, and says which', async () => {
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .task('C')
        .plan(),
    );
    world.gates = (input) =>
      Promise.resolve(
        input.task.id === 'A'
          ? failedGate(input)
          : { kind: 'gated', commit: input.commit, verdicts: [{ gate: 'test', kind: 'passed', durationMs: 1 }] },
      );
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName(), { attempts: 2 }));
    const end = await run.end();
    expect(end.kind).toBe('deadlocked');
    expect(end.summary).toContain('A: ');
    expect(end.summary).toContain('B: ');
    expect(world.statuses()).toEqual({ A: 'failed', B: 'not-started', C: 'done' });
    expect(world.cleaned.toSorted()).toEqual(['A', 'C']);
  });

  it('a usage limit is waited out by a timer, and the same attempt goes on', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = (input) =>
      Promise.resolve(
        input.key.endsWith('agent.1')
          ? {
              kind: 'limited',
              agent: 'scripted',
              until: new Date(Date.now() + 2_000).toISOString(),
              usage: { input: 1, cacheRead: 0, cacheWrite: 0, output: 0, claimed: false },
            }
          : worked(input),
      );
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await run.untilProgress((progress) => progress.holds.length > 0);
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect([...world.steps.keys()].filter((key) => key.includes('/agent.')).map((key) => key.slice(-10))).toEqual([
      'a1/agent.1',
      'a1/agent.2',
    ]);
  });

  it('a crashed activity is tried again and adopts; no attempt is spent', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    const open = world.gate();
    world.agent = async (input) => {
      await open.opened;
      return worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    await rig.stopWork();
    await rig.work(world);
    await world.until(() => [...world.steps.values()].some(({ watchers }) => watchers === 2));
    open.open();
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(world.started('/agent.')).toBe(1);
  });

  it('a host whose queue nobody takes twice in a row is gone: the next attempt runs afresh', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    let prepared = 0;
    world.prepare = () => {
      prepared += 1;
      return { kind: 'prepared', host: prepared === 1 ? 'gone' : 'h1', base: world.tip };
    };
    await rig.work(world);
    const run = await rig.start({ ...settingsFor(newPlanName()), hostGoneMs: 1_000 });
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(prepared).toBe(2);
  });

  it("a person's done row counts: its agent is ended and nothing is written over it", async () => {
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .plan(),
    );
    world.agent = (input, killed) => (input.task.id === 'A' ? forever(input, killed) : Promise.resolve(worked(input)));
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1 && world.row('A').status === 'in-progress');
    world.edit('A', { status: 'done' });
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(world.published.filter(({ task }) => task === 'A').map(({ to }) => to)).toEqual(['in-progress']);
  });

  it('a plan taken over by another run ends this one without another word to the remote', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.refuse = { kind: 'refused', why: 'foreign-run', detail: 'run 12345678 of another home owns the plan' };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    expect(await run.end()).toMatchObject({
      kind: 'refused',
      summary: expect.stringContaining('run 12345678 of another home owns the plan') as string,
    });
    expect(world.ownership).toEqual([]);
    expect(world.started('/agent.')).toBe(0);
  });
});
