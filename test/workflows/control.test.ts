// Level: workflow (real server, fake activities).
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/contracts/messages.ts';
import type { Progress } from '../../src/contracts/progress.ts';
import { taskId } from '../../src/domain/ids.ts';
import { FakeWorld, forever, worked } from '../support/fake-activities.ts';
import { plan } from '../support/plan-builder.ts';
import { newPlanName, Rig, settingsFor } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

const person = { by: 'eva', why: 'lunch' };

describe('pause, resume and stop', () => {
  it('a paused run starts nothing, and goes on when it is resumed', async () => {
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .plan(),
    );
    const first = world.gate();
    world.agent = async (input) => {
      if (input.task.id === 'A') await first.opened;
      return worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/A/') > 0);
    await run.plan.signal('pause', person);
    await run.untilProgress((progress) => progress.control === 'paused');
    first.open();
    await world.until(() => world.row('A').status === 'done');
    expect(world.row('B').status).toBe('not-started');
    await run.plan.signal('resume', {});
    expect(await run.end()).toMatchObject({ kind: 'completed' });
  });

  it('a stop without an argument, as the Web UI sends it, ends the agents and gives the rows back', async () => {
    const world = new FakeWorld(plan().task('A').task('B').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 2);
    await run.plan.signal('stop', {});
    expect(await run.end()).toMatchObject({ kind: 'stopped' });
    expect(world.statuses()).toEqual({ A: 'not-started', B: 'not-started' });
    expect(await Promise.all([...world.steps.values()].map(({ over }) => over))).toMatchObject([
      { kind: 'killed' },
      { kind: 'killed' },
    ]);
  });

  it('a cancel of the run is a stop: it waits until the agents are ended', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    await run.plan.cancel();
    expect(await run.end()).toMatchObject({
      kind: 'stopped',
      summary: expect.stringContaining('the run was cancelled') as string,
    });
    expect(world.statuses()).toEqual({ A: 'not-started' });
    expect((await run.phase().describe()).status.name).toBe('COMPLETED');
  });

  it('a cancel of the phase alone is a stop of the run', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    await run.phase().cancel();
    expect(await run.end()).toMatchObject({ kind: 'stopped' });
  });

  it('a phase terminated by hand ends the run with a sentence', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    await run.phase().terminate('by hand');
    expect(await run.end()).toMatchObject({
      kind: 'refused',
      summary: expect.stringContaining('terminated by hand') as string,
    });
  });

  it('pause --now interrupts the agents and keeps their rows', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = (input, killed) =>
      input.key.endsWith('agent.1') ? forever(input, killed) : Promise.resolve(worked(input));
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    await run.plan.signal('pause', { ...person, now: true });
    await run.untilProgress(
      (progress) => progress.running.every((task) => task.task !== 'A') || progress.control === 'paused',
    );
    await run.plan.signal('resume', {});
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(
      [...world.steps.keys()].filter((key) => key.includes('/agent.')).map((key) => key.split('/').slice(2)),
    ).toEqual([
      [expect.stringMatching(/\.a1$/), 'agent.1'],
      [expect.stringMatching(/\.a1$/), 'agent.2'],
    ]);
  });
});

describe('updates of the open phase', () => {
  it('refuse with a sentence what cannot be done, and change nothing', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    const ask = (name: string, argument: unknown) =>
      run.phase().executeUpdate<Receipt, [unknown]>(name, { args: [argument] });
    const why = async (asked: Promise<unknown>) => {
      const error = await asked.catch((failed: unknown) => failed);
      return error instanceof WorkflowUpdateFailedError ? error.cause?.message : error;
    };
    expect(await why(ask('retryTask', { task: 'A' }))).toContain('only a failed or blocked task');
    expect(await why(ask('retryTask', { task: 'NOPE' }))).toContain('has no task NOPE');
    expect(await why(ask('cancelTask', { task: 'a b' }))).toBe('"a b" is not a task id.');
    expect(await why(ask('skipTask', {}))).toContain('needs a task');
    expect(await why(ask('setConcurrency', { concurrency: 0 }))).toContain('expected a whole number from 1');
    expect(await ask('setConcurrency', { concurrency: 2, ...person })).toEqual({
      said: 'Up to 2 agents run at a time.',
    });
  });

  it('cancel a task: its agent is killed, its row failed; retry reopens it with the next attempt number', async () => {
    const world = new FakeWorld(plan().task('A').task('B').plan());
    const open = world.gate();
    world.agent = async (input, killed) => {
      if (input.task.id === 'B') await open.opened;
      return input.task.id === 'A' && input.attempt === 1 ? forever(input, killed) : worked(input);
    };
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 2);
    await run.phase().executeUpdate('cancelTask', { args: [{ task: 'A', ...person }] });
    await world.until(() => world.row('A').status === 'failed');
    expect(world.row('A').notes).toContain('cancelled by eva: lunch');
    await run.phase().executeUpdate('retryTask', { args: [{ task: 'A', ...person }] });
    await world.until(() => world.row('A').status === 'done');
    open.open();
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect([...world.steps.keys()].some((key) => /\/A\/[0-9a-f]{8}\.a2\/agent\.1$/.test(key))).toBe(true);
  });

  it('the same update id is applied once', async () => {
    const world = new FakeWorld(plan().task('A').plan());
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    const skip = () =>
      run.phase().executeUpdate<Receipt, [unknown]>('skipTask', { args: [{ task: 'A' }], updateId: 'one' });
    expect(await skip()).toEqual({ said: 'A is skipped.' });
    expect(await skip().catch(() => 'over')).not.toBe('refused');
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(world.row('A').status).toBe('skipped');
  });

  it('requests of the start are applied first', async () => {
    const world = new FakeWorld(plan().task('A', { status: 'failed' }).plan());
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()), {
      first: [{ kind: 'retry', task: taskId('A'), ...person }],
    });
    expect(await run.end()).toMatchObject({ kind: 'completed' });
    expect(world.row('A').status).toBe('done');
  });
});

describe('what is seen', () => {
  it('progress and why answer by query, and the memo shows the same without a worker', async () => {
    const world = new FakeWorld(
      plan()
        .task('A')
        .task('B', { needs: ['A'] })
        .plan(),
    );
    world.agent = forever;
    await rig.work(world);
    const run = await rig.start(settingsFor(newPlanName()));
    await world.until(() => world.started('/agent.') === 1);
    const progress = await run.untilProgress(({ unpublished }) => unpublished === 0);
    expect(await run.phase().query<Progress>('progress')).toEqual(progress);
    expect(progress.running).toMatchObject([{ task: 'A', attempt: 1, step: 'agent', agent: 'scripted' }]);
    expect(await run.phase().query('why', 'B')).toContain('A');
    expect(await run.phase().query('why', 'no id')).toBe('"no id" is not a task id.');
    const { raw, typedSearchAttributes } = await run.phase().describe();
    expect(raw.pendingActivities?.map(({ activityId }) => activityId)).toContain('A.a1.agent.1');
    const attribute = (name: string) => typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD'));
    expect([attribute('TallymanPhase'), attribute('TallymanState')]).toEqual(['1', 'running']);
  });
});
