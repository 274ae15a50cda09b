// Level: e2e. What a run survives: its worker killed, its server killed, the remote away; and what stops it before it writes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import { serverVersion } from '../../src/adapters/temporal/dev-server/versions.ts';
import { stackTrace } from '../cli/run-tallyman.ts';
import { makePatientRun, type PatientPlan, type PatientRun } from './patient-run.ts';

const tasks = ['T-A-1', 'T-A-2'];
const bothStarted = ['T-A-1 started', 'T-A-2 started'];
const once = ['T-A-1 ended', 'T-A-1 started', 'T-A-2 ended', 'T-A-2 started'];
const wait = { timeout: 120_000 };
let plan: PatientRun;

afterEach(() => plan.close());

async function make(more: Partial<PatientPlan> = {}): Promise<void> {
  plan = await makePatientRun({ tasks, temporalBinary: inject('temporalBinary'), ...more });
}

const events = (): readonly string[] => [...plan.events()].sort();

/** Every promise about the history is kept, every row is done, and each agent was started once. */
function expectAllDoneOnce(output: string): void {
  const { problems, rows } = plan.walk();
  expect(problems, output).toEqual([]);
  expect(rows.map((row) => row['status'])).toEqual(['done', 'done']);
  expect(events()).toEqual(once);
  for (const task of tasks) expect(plan.remote.read(`work/${task}`, `${task}.txt`)).toBe(`${task}\n`);
  expect(output).not.toMatch(stackTrace);
}

test('a worker killed while agents work: the next run takes up the same agents, and each row is done once', async () => {
  await make();
  const killed = plan.start();
  await expect.poll(events, wait).toEqual(bothStarted);
  killed.process.kill('SIGKILL');
  await killed.ended;
  const next = plan.start();
  await next.until(/T-A-1 {2}agent at work/);
  plan.leave('T-A-1');
  plan.leave('T-A-2');
  expect(await next.ended, next.output()).toBe(0);
  expectAllDoneOnce(next.output());
});

test('a Temporal server killed while agents work: it is started again and the run ends by itself', async () => {
  await make();
  const run = plan.start();
  await expect.poll(events, wait).toEqual(bothStarted);
  const file = join(plan.folder.state, 'server', serverVersion, 'server.json');
  const pid = (): number => (JSON.parse(readFileSync(file, 'utf8')) as { identity: { pid: number } }).identity.pid;
  const first = pid();
  process.kill(first, 'SIGKILL');
  plan.leave('T-A-1');
  await expect.poll(pid, wait).not.toBe(first);
  plan.leave('T-A-2');
  expect(await run.ended, run.output()).toBe(0);
  expectAllDoneOnce(run.output());
});

test('a remote that is away while agents end: the run waits for it, lands what they made, and ends', async () => {
  await make();
  const run = plan.start();
  await expect.poll(events, wait).toEqual(bothStarted);
  await plan.takeRemoteAway();
  plan.leave('T-A-1');
  plan.leave('T-A-2');
  await expect.poll(events, wait).toEqual(once);
  const knocked = plan.knocks();
  await expect.poll(() => plan.knocks(), wait).toBeGreaterThan(knocked + 3);
  expect(run.process.exitCode).toBeNull();
  for (const task of tasks) expect(plan.remote.tip(`work/${task}`)).toBeUndefined();
  await plan.bringRemoteBack();
  expect(await run.ended, run.output()).toBe(0);
  expectAllDoneOnce(run.output());
});

test('a red base: the gate is named with its output, and nothing at all is written to the remote', async () => {
  await make({ gate: ['sh', '-c', 'echo the door does not close; exit 7'] });
  const refs = (): string => plan.remote.git('for-each-ref');
  const before = refs();
  const run = plan.start();
  expect(await run.ended, run.output()).toBe(3);
  expect(run.output()).toMatch(/gate check/);
  expect(run.output()).toContain('the door does not close');
  expect(run.output()).not.toMatch(stackTrace);
  expect(refs()).toBe(before);
  expect(plan.events()).toEqual([]);
});

const badAgent = `
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
const task = process.env.TALLYMAN_TASK_ID;
if (task === 'T-A-2') process.exit(3);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
writeFileSync('docs/tasks.md', readFileSync('docs/tasks.md', 'utf8').replaceAll('work of', 'no work of'));
git('commit', '--quiet', '--all', '-m', 'docs: less to do');
const result = { task_id: task, status: 'success', used: '1K', commit_sha: git('rev-parse', 'HEAD'), notes: 'done' };
writeFileSync(process.env.TALLYMAN_RESULT, JSON.stringify(result));
`;

test('agents that edit the plan or exit with an error: their rows end failed with the reason, other cells stay', async () => {
  await make({ agent: badAgent });
  const run = plan.start();
  expect(await run.ended, run.output()).toBe(1);
  expect(plan.walk().problems, run.output()).toEqual([]);
  expect(plan.row('T-A-1')).toMatchObject({ status: 'failed', description: 'work of T-A-1', branch: 'work/T-A-1' });
  expect(plan.row('T-A-1')['notes']).toContain('docs/tasks.md');
  expect(plan.row('T-A-2')).toMatchObject({ status: 'failed', description: 'work of T-A-2', branch: 'work/T-A-2' });
  expect(plan.row('T-A-2')['notes']).toMatch(/exit.* 3/);
  for (const task of tasks) expect(plan.remote.tip(`work/${task}`)).toBeUndefined();
});
