// Level: activity, with a fake supervisor and a fake server.
import { expect, test } from 'vitest';
import { healHost } from '../../src/activities/heal-host.ts';
import type { Ports } from '../../src/activities/ports.ts';
import type { FoundStep, Supervisor } from '../../src/adapters/supervisor/port.ts';
import type { StepFate, StepFates } from '../../src/adapters/temporal/port.ts';
import { keyOf } from '../support/supervised.ts';

const now = new Date('2025-11-24T12:00:00.000Z');
const unwatched = (task: string, more: Partial<FoundStep> = {}): FoundStep => ({
  key: keyOf(task),
  alive: true,
  watched: false,
  watcher: { workflowId: 'w', runId: 'r', activityId: task },
  ...more,
});

async function heal(
  steps: readonly FoundStep[],
  fates: Readonly<Record<string, StepFate | 'failed' | 'unreachable'>>,
): Promise<{ readonly healed: unknown; readonly ended: readonly string[]; readonly asked: readonly string[] }> {
  const [ended, asked]: [string[], string[]] = [[], []];
  const supervisor: Pick<Supervisor, 'find' | 'end'> = {
    find: () => Promise.resolve(steps),
    end: (key) => {
      ended.push(key);
      return Promise.resolve('killed');
    },
  };
  const server: StepFates = {
    failStep: ({ activityId }) => {
      asked.push(activityId);
      if (fates[activityId] === 'unreachable') return Promise.reject(new Error('no connection'));
      return Promise.resolve(fates[activityId] === 'failed' ? 'failed' : 'not-started-there');
    },
    fateOf: ({ activityId }) => Promise.resolve(fates[activityId] as StepFate),
  };
  const log: Ports['log'] = { info: () => undefined, warn: () => undefined };
  const ports = { supervisor: supervisor as Supervisor, log, now: () => now };
  const healed = await healHost(ports, { fates: server, graceMs: 1 });
  return { healed, ended, asked };
}

test('reports the activities of dead watchers, and ends the steps that no run waits for', async () => {
  const wanted = { a: 'failed', b: 'pending', c: 'continued', d: 'unknown', e: 'unreachable' } as const;
  const unwanted = { f: 'given-up', g: 'terminated', h: 'closed' } as const;
  const fates = { ...wanted, ...unwanted };
  const did = await heal(
    Object.keys(fates).map((task) => unwatched(task)),
    fates,
  );
  expect(did.healed).toEqual({ reported: 1, ended: 3 });
  expect([...did.ended].sort()).toEqual(['f', 'g', 'h'].map((task) => keyOf(task)));
});

test('leaves watched steps and those of unknown watchers alone', async () => {
  const { watcher: _, ...unknown } = unwatched('b');
  const did = await heal([unwatched('a', { watched: true }), unknown], { a: 'closed', b: 'closed' });
  expect(did).toEqual({ healed: { reported: 0, ended: 0 }, ended: [], asked: [] });
});

test('reports a step that ended while nobody watched, so that its exit is fetched at once; not an old one', async () => {
  const over = (task: string, endedAt: string): FoundStep => unwatched(task, { alive: false, endedAt });
  const steps = [
    over('a', '2025-11-24T11:59:30.000Z'),
    over('b', '2025-11-24T09:00:00.000Z'),
    over('c', now.toISOString()),
  ];
  const did = await heal(steps, { a: 'failed', b: 'failed', c: 'closed' });
  expect([...did.asked].sort()).toEqual(['a', 'c']);
  expect(did.healed).toEqual({ reported: 1, ended: 0 });
});
