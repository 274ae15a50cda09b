// Level: e2e. `run` in a repository of one's own: left by Ctrl-C once, twice, three times, looked at from a second terminal, gone on with.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ownFiles } from '../../src/own-files.ts';
import { type Folder, makeFolder, stackTrace } from '../cli/run-tallyman.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';

const plan = [
  '| id | status | description |',
  '| --- | --- | --- |',
  '| T-A-1 | not-started | one |',
  '| T-A-2 | not-started | two |',
  '| T-A-3 | not-started | three |',
  '',
].join('\n');

let folder: Folder;
let remote: TestRemote;
const started: Started[] = [];

interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when the output matches; rejects when it ended without. */
  until(text: RegExp): Promise<void>;
  interrupt(): void;
}

beforeAll(async () => {
  remote = await makeRemote({ files: { 'docs/tasks.md': plan } });
  folder = makeFolder();
  folder.git('init', '--quiet', '-b', 'main');
  folder.git('remote', 'add', 'origin', remote.url);
  const agent = join(ownFiles.root, 'test/support/programs/patient-agent.mjs');
  folder.write({
    'tallyman.config.yaml': [
      'agent: patient',
      `agents: { patient: { command: ["${process.execPath}", "${agent}", "${remote.directory}"] } }`,
      "gates: { run: [{ id: ok, command: 'true' }] }",
      `temporal: { binary: "${inject('temporalBinary')}" }`,
    ].join('\n'),
  });
});

afterAll(async () => {
  for (const run of started) if (run.process.exitCode === null) run.process.kill('SIGKILL');
  await Promise.all(started.map((run) => run.ended));
  await remote.close();
  folder.remove();
});

function start(): Started {
  const env = { ...folder.environment, NO_COLOR: '1' };
  const child = spawn(process.execPath, [ownFiles.client, 'run'], {
    cwd: folder.path,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let looked: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      looked();
    });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const run: Started = {
    process: child,
    ended,
    output: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        looked = () => {
          if (text.test(output)) resolve();
        };
        looked();
        void ended.then(() => reject(new Error(`ended before ${String(text)}:\n${output}`)));
        setTimeout(() => reject(new Error(`no ${String(text)} within a minute:\n${output}`)), 60_000).unref();
      }),
    interrupt: () => void child.kill('SIGINT'),
  };
  started.push(run);
  return run;
}

function journal(): readonly string[] {
  const file = join(remote.directory, 'journal');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function events(): readonly string[] {
  return journal().map((line) => line.split(' ').slice(0, 2).join(' '));
}

/** Agents of this test that live; asked of the system, because an agent may know itself by another number. */
function agentsAlive(): number {
  const all = execFileSync('ps', ['-Ao', 'args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes('patient-agent.mjs') && line.includes(remote.directory)).length;
}

const leave = (task: string) => writeFileSync(join(remote.directory, `go-${task}`), '');
const row = (task: string) =>
  remote
    .read('main', 'docs/tasks.md')
    ?.split('\n')
    .find((line) => line.includes(`| ${task} |`)) ?? '';

test('Ctrl-C once finishes what runs and lands it, and starts nothing new', async () => {
  const run = start();
  await run.until(/T-A-1 {2}agent at work/);
  const status = await folder.run(['status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({
    version: 1,
    isOpen: true,
    phase: { running: [{ task: 'T-A-1' }] },
  });
  expect((await folder.run(['why', 'T-A-1'])).stdout).toMatch(/^T-A-1 .*agent/);
  run.interrupt();
  await run.until(/Finishing what runs/);
  leave('T-A-1');
  expect(await run.ended).toBe(130);
  expect(run.output()).toContain('`tallyman run` goes on');
  expect(row('T-A-1')).toContain('| done |');
  expect(events()).toEqual(['T-A-1 started', 'T-A-1 ended']);
});

test('Ctrl-C twice ends the agent, and the row stays claimed for the next run', async () => {
  const run = start();
  await run.until(/T-A-2 {2}agent at work/);
  await run.until(/T-A-2/);
  await expect.poll(() => events().at(-1), { timeout: 20_000 }).toBe('T-A-2 started');
  expect(agentsAlive()).toBeGreaterThan(0);
  run.interrupt();
  await run.until(/Finishing what runs/);
  run.interrupt();
  expect(await run.ended).toBe(130);
  expect(agentsAlive()).toBe(0);
  expect(row('T-A-2')).toContain('| in-progress |');
});

test('Ctrl-C three times leaves at once, the agent under its supervisor', async () => {
  const run = start();
  await run.until(/T-A-2 {2}agent at work/);
  await expect.poll(() => events().filter((event) => event === 'T-A-2 started').length, { timeout: 20_000 }).toBe(2);
  run.interrupt();
  await run.until(/Finishing what runs/);
  run.interrupt();
  await run.until(/Interrupting the agents/);
  run.interrupt();
  expect(await run.ended).toBe(130);
});

test('a pause is taken with nothing running here, and holds the next run until it is lifted', async () => {
  expect((await folder.run(['pause', '-m', 'overnight'])).stdout).toContain('nothing new starts');
  const refused = await folder.run(['retry', 'T-A-2']);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('nothing serves it now');
  expect((await folder.run(['resume'])).code).toBe(0);
});

test('run again goes on to the end: a pause holds it, every task is done once', async () => {
  leave('T-A-2');
  const run = start();
  await run.until(/T-A-3 {2}agent at work/);
  expect(await folder.run(['pause', '-m', 'a look'])).toMatchObject({ code: 0 });
  await run.until(/paused/);
  expect((await folder.run(['status'])).stdout).toContain('a look');
  expect(await folder.run(['resume'])).toMatchObject({ code: 0 });
  leave('T-A-3');
  expect(await run.ended).toBe(0);
  expect(run.output()).toContain('All 3 tasks');
  expect(run.output()).not.toMatch(stackTrace);
  const done = remote.log('main').filter(({ subject }) => subject.includes(' → done'));
  expect(done.map(({ subject }) => subject.split(' ')[1])).toEqual(['T-A-1', 'T-A-2', 'T-A-3']);
  expect((await folder.run(['skip', 'T-A-3'])).stdout).toContain('a new one begins with this request');
  expect(events().filter((event) => event.endsWith('ended'))).toEqual(['T-A-1 ended', 'T-A-2 ended', 'T-A-3 ended']);
});
