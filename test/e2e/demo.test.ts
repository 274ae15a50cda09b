// Level: end to end. `npm run demo` and its remote, walked by a reader that shares no code with us.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newDemo, type DemoRun } from './demo-run.ts';
import { gatesAt } from './gates-at.ts';
import { walkHistory, type Walk } from './walk-history.ts';

/** Two minutes are promised on an idle machine with two cores; a machine that runs other tests as well gets more. */
const runMsMax = 420_000;
const fixedShape = { demo: 28, repeated: ['HB-SEC-005', 'HB-SEC-008'], limited: ['HB-CQ-003'], noChange: 'HB-CQ-007' };

const idsOf = (walk: Walk, status: string): readonly string[] =>
  walk.rows.filter((row) => row['status'] === status).map((row) => row['id'] ?? '');

function branchesWithoutWork(demo: DemoRun, walk: Walk): readonly string[] {
  return walk.rows
    .filter(({ id = '', branch = '' }) =>
      demo
        .git('log', '--format=%s', branch)
        .split('\n')
        .every((subject) => !subject.startsWith(`fix(${id}):`)),
    )
    .map(({ id = '' }) => id);
}

function landedMoreThanOnce(demo: DemoRun, walk: Walk): readonly string[] {
  const subjects = demo.git('log', '--all', '--format=%s', '--no-merges').split('\n');
  // A task that fails a gate first has a commit for each attempt; anything above that was landed twice.
  return walk.rows
    .map(({ id = '' }) => ({ id, commits: subjects.filter((subject) => subject.startsWith(`fix(${id}):`)).length }))
    .filter(({ id, commits }) => commits > (walk.attempts[id] ?? 1))
    .map(({ id }) => id);
}

describe('the demo, undisturbed', () => {
  const demo = newDemo(inject('temporalBinary'));
  let walk: Walk;
  let output = '';

  beforeAll(async () => {
    const end = await demo.start().ended;
    output = end.output;
    expect(end.code, output).toBe(0);
    walk = walkHistory(demo.git);
  }, runMsMax);

  afterAll(() => {
    demo.killAll();
    rmSync(dirname(demo.directory), { recursive: true, force: true });
  });

  test('runs 28 tasks to done, by legal changes of its own cells only', () => {
    expect(walk.problems).toEqual([]);
    expect(idsOf(walk, 'done')).toHaveLength(fixedShape.demo);
  });

  test('two tasks take two attempts, the others one', () => {
    const repeated = Object.entries(walk.attempts)
      .filter(([, attempts]) => attempts > 1)
      .sort();
    expect(repeated).toEqual(fixedShape.repeated.map((id) => [id, 2]));
  });

  test('one agent reports a usage limit, and goes on in its session', () => {
    const limited = demo.journal().filter(({ event }) => event === 'limited');
    expect(limited.map(({ task }) => task)).toEqual(fixedShape.limited);
  });

  test('no agent runs twice but for a gate that failed and the answer that nothing needs changing', () => {
    const ended = demo.journal().filter(({ event }) => event === 'ended');
    const twice = [...new Set(ended.map(({ task }) => task))].filter(
      (id) => ended.filter(({ task }) => task === id).length > 1,
    );
    expect(twice.sort()).toEqual([fixedShape.noChange, ...fixedShape.repeated].sort());
  });

  test('the work of every task but the one without a change is on the branch of its row', () => {
    expect(branchesWithoutWork(demo, walk)).toEqual([fixedShape.noChange]);
    expect(walk.rows.find(({ id }) => id === fixedShape.noChange)?.['notes']).toMatch(/no change/i);
    expect(landedMoreThanOnce(demo, walk)).toEqual([]);
  });

  test('a task that found its branch moved was rebased', () => {
    const log = demo
      .git('log', '--format=%at %ct', 'main..fix/api-output')
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    expect(demo.git('log', '--merges', '--format=%H', 'main..fix/api-output')).toBe('');
    expect(log.some(([authored = 0, committed = 0]) => committed > authored)).toBe(true);
  });

  test('every branch has green gates at its tip', () => {
    const branches = [...new Set(walk.rows.map(({ branch = '' }) => branch))];
    expect(branches.flatMap((branch) => gatesAt(demo.bare, branch))).toEqual([]);
  });

  test('tells what it did, and where to look further', () => {
    expect(output).toMatch(/^All\s+28\/28\s+30\s/m);
    expect(output).toMatch(/Phase 1 - Critical Security\s+10\/10\s+12\s/);
    expect(output).toContain(demo.bare);
    expect(output.split('To look further:')[1]?.trim().split('\n')).toHaveLength(3);
    expect(output).toMatch(/http:\/\/(127\.0\.0\.1|localhost):\d+/);
  });

  test('a finished demo shows its end again and changes nothing', async () => {
    const tip = demo.git('rev-parse', 'main');
    const again = await demo.start().ended;
    expect(again.code).toBe(0);
    expect(again.output).toMatch(/has finished[^]*28\/28/);
    expect(demo.git('rev-parse', 'main')).toBe(tip);
  }, 60_000);
});

/** Resolves when so many rows are done on the remote; an event of the run, not a time. */
async function untilDone(demo: DemoRun, count: number): Promise<void> {
  for (let turn = 0; turn < 1200; turn += 1) {
    try {
      const plan = demo.git('show', 'main:docs/tasks.md');
      if ((plan.match(/^\| \S+ \| done \|/gm)?.length ?? 0) >= count) return;
    } catch {
      // The remote is not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${count} rows were not done in time`);
}

describe('the demo, killed again and again', () => {
  const demo = newDemo(inject('temporalBinary'));

  afterAll(() => {
    demo.killAll();
    rmSync(dirname(demo.directory), { recursive: true, force: true });
  });

  test(
    'ends the same, with nothing doubled',
    async () => {
      for (const count of [1, 9, 20]) {
        const started = demo.start();
        await untilDone(demo, count);
        expect(demo.killAll()).toBeGreaterThan(3);
        await started.ended;
      }
      const end = await demo.start().ended;
      expect(end.code, end.output).toBe(0);
      const walk = walkHistory(demo.git);
      expect(walk.problems).toEqual([]);
      expect(idsOf(walk, 'done')).toHaveLength(fixedShape.demo);
      expect(branchesWithoutWork(demo, walk)).toEqual([fixedShape.noChange]);
      expect(landedMoreThanOnce(demo, walk)).toEqual([]);
      expect(gatesAt(demo.bare, 'test/coverage')).toEqual([]);
    },
    2 * runMsMax,
  );

  test('killed before it has seeded its remote, it seeds it whole', async () => {
    const fresh = newDemo(inject('temporalBinary'));
    const started = fresh.start();
    started.process.stdout?.once('data', () => fresh.killAll());
    await started.ended;
    mkdirSync(fresh.directory, { recursive: true });
    const again = fresh.start();
    await untilDone(fresh, 1);
    again.process.kill('SIGINT');
    expect((await again.ended).code).toBe(130);
    fresh.killAll();
    rmSync(dirname(fresh.directory), { recursive: true, force: true });
  }, 120_000);
});
