/** A plan of a few tasks whose agents wait for leave and keep a journal: what a test needs that takes something away in mid-run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startGitServer } from '../../examples/demo/git-server.mjs';
import { ownFiles } from '../../src/own-files.ts';
import { type Folder, makeFolder } from '../cli/run-tallyman.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { type Row, type Walk, walkHistory } from './walk-history.ts';

export interface PatientRun {
  readonly folder: Folder;
  readonly remote: TestRemote;
  /** `tallyman run` as a process of its own. */
  start(): StartedRun;
  /** Lets the agent of a task go on. */
  leave(task: string): void;
  /** What the agents wrote down, as `T-A-1 started`. */
  events(): readonly string[];
  walk(): Walk;
  row(task: string): Row;
  /** Stops the git server; who connects to its port from then on is cut off and counted. */
  takeRemoteAway(): Promise<void>;
  /** How often the remote was asked for while it was away. */
  knocks(): number;
  /** Serves the remote again, on the same port. */
  bringRemoteBack(): Promise<void>;
  close(): Promise<void>;
}

export interface StartedRun {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when the output matches; rejects when the run ended without, or after two minutes. */
  until(text: RegExp): Promise<void>;
}

export interface PatientPlan {
  readonly tasks: readonly string[];
  readonly temporalBinary: string;
  /** Command of the one gate; without it the gate is green. */
  readonly gate?: readonly string[];
  /** Text of the agent's program; without it the agent is the patient one. */
  readonly agent?: string;
}

const columns = 'id status description branch agent started_at completed_at used notes'.split(' ');

function planText(tasks: readonly string[]): string {
  const rows = tasks.map((id) => [id, 'not-started', `work of ${id}`, `work/${id}`, '', '', '', '', '']);
  const lines = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return ['# Tasks', '', ...lines, '', 'Text below the table.', ''].join('\n');
}

export async function makePatientRun(plan: PatientPlan): Promise<PatientRun> {
  const remote = await makeRemote({ files: { 'docs/tasks.md': planText(plan.tasks) } });
  let served = await startGitServer({ root: remote.directory });
  const { port } = served;
  let knocks = 0;
  const folder = makeFolder();
  const started: StartedRun[] = [];
  folder.git('init', '--quiet', '-b', 'main');
  folder.git('remote', 'add', 'origin', `git://127.0.0.1:${port}/remote.git`);
  const own = join(remote.directory, 'agent.mjs');
  if (plan.agent !== undefined) writeFileSync(own, plan.agent);
  const agent = plan.agent === undefined ? join(ownFiles.root, 'test/support/programs/patient-agent.mjs') : own;
  const command = [process.execPath, agent, remote.directory];
  folder.write({
    'tallyman.config.yaml': [
      'agent: patient',
      'base: main',
      'concurrency: 2',
      'attempts: 1',
      `agents: { patient: { command: ${JSON.stringify(command)} } }`,
      `gates: { run: [{ id: check, command: ${JSON.stringify(plan.gate ?? ['true'])} }] }`,
      `temporal: { binary: ${JSON.stringify(plan.temporalBinary)} }`,
    ].join('\n'),
  });
  const walk = (): Walk => walkHistory((...args) => remote.git(...args));
  return {
    folder,
    remote,
    start: () => {
      const run = startRun(folder);
      started.push(run);
      return run;
    },
    leave: (task) => writeFileSync(join(remote.directory, `go-${task}`), ''),
    events: () => {
      const file = join(remote.directory, 'journal');
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      return lines.map((line) => line.split(' ').slice(0, 2).join(' '));
    },
    walk,
    row: (task) => walk().rows.find((row) => row['id'] === task) ?? {},
    takeRemoteAway: async () => {
      await served.close();
      served = await listenOnly(port, () => (knocks += 1));
    },
    knocks: () => knocks,
    bringRemoteBack: async () => {
      await served.close();
      served = await startGitServer({ root: remote.directory, port });
    },
    close: async () => {
      for (const run of started) if (run.process.exitCode === null) run.process.kill('SIGKILL');
      await Promise.all(started.map((run) => run.ended));
      for (const task of plan.tasks) writeFileSync(join(remote.directory, `go-${task}`), '');
      await served.close();
      await remote.close();
      folder.remove();
    },
  };
}

function listenOnly(port: number, onKnock: () => void): Promise<Awaited<ReturnType<typeof startGitServer>>> {
  const server = createServer((socket) => {
    onKnock();
    socket.on('error', () => undefined); // The other side may go first.
    socket.destroy();
  });
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ port, close }));
  });
}

function startRun(folder: Folder): StartedRun {
  const child = spawn(process.execPath, [ownFiles.client, 'run'], {
    cwd: folder.path,
    env: { ...folder.environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const look of watchers) look();
    });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const until = (text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${why} ${String(text)}:\n${output}`));
      const timer = setTimeout(() => fail('two minutes without'), 120_000);
      const look = (): void => {
        if (!text.test(output)) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => {
        clearTimeout(timer);
        fail('ended without');
      });
    });
  return { process: child, ended, output: () => output, until };
}
