import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;
export const demo = join(root, 'examples/demo');
export const agentFile = join(root, 'examples/scripted-agent/agent.mjs');

export interface Row {
  readonly id: string;
  readonly branch: string;
  readonly needs: readonly string[];
}

/** The demo's rows as the plan file has them, in its order. */
export function planRows(): readonly Row[] {
  const lines = readFileSync(join(demo, 'tasks.md'), 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('| HB-'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map(([, id = '', , , , , branch = '', needs = '']) => ({ id, branch, needs: needs.split(', ').filter(Boolean) }));
}

const environment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@localhost',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@localhost',
};

export function git(directory: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: directory,
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function newRepository(files?: (directory: string) => void): string {
  const directory = mkdtempSync(join(tmpdir(), 'tallyman-demo-'));
  git(directory, 'init', '--quiet', '--initial-branch=main');
  if (files === undefined) cpSync(join(demo, 'code'), directory, { recursive: true });
  else files(directory);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '-m', 'base');
  return directory;
}

export const gateNames = ['lint', 'typecheck', 'test'] as const;

/** Names of the gates that are red, with what they said. */
export function redGates(directory: string): readonly { readonly gate: string; readonly output: string }[] {
  return gateNames.flatMap((gate) => {
    const run = spawnSync(process.execPath, [`scripts/${gate}.mjs`], { cwd: directory, encoding: 'utf8' });
    return run.status === 0 ? [] : [{ gate, output: run.stdout + run.stderr }];
  });
}

/** A playbook in a file of its own; the demo's without its think times. */
export function playbookFile(tasks?: Readonly<Record<string, unknown>>): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tallyman-playbook-')), 'playbook.json');
  writeFileSync(file, JSON.stringify({ tasks: tasks ?? quickDemo() }));
  return file;
}

interface DemoEntry {
  readonly changes?: string;
  readonly defect?: { readonly changes: string; readonly mendedBy: string };
}

function quickDemo(): Readonly<Record<string, unknown>> {
  const { tasks } = JSON.parse(readFileSync(join(demo, 'playbook.json'), 'utf8')) as {
    tasks: Record<string, DemoEntry>;
  };
  const absolute = <T extends DemoEntry>(entry: T): T =>
    entry.changes === undefined ? entry : { ...entry, changes: join(demo, entry.changes) };
  const entries = Object.entries(tasks).map(([id, entry]) => {
    const defect = entry.defect === undefined ? {} : { defect: absolute(entry.defect) };
    return [id, { ...absolute(entry), ...defect, thinkMs: 0 }];
  });
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}

export interface AgentRun {
  readonly run: SpawnSyncReturns<string>;
  readonly result: Readonly<Record<string, unknown>> | undefined;
}

/** Runs the agent as the `command` preset does, in a clone. */
export function runAgent(request: {
  readonly clone: string;
  readonly playbook: string;
  readonly prompt: string;
  readonly session?: string;
  readonly base?: string;
}): AgentRun {
  const folder = mkdtempSync(join(tmpdir(), 'tallyman-agent-'));
  mkdirSync(folder, { recursive: true });
  const resultFile = join(folder, 'result.json');
  const run = spawnSync(process.execPath, [agentFile, '--playbook', request.playbook], {
    cwd: request.clone,
    encoding: 'utf8',
    input: request.prompt,
    env: {
      ...environment,
      TALLYMAN_RESULT: resultFile,
      TALLYMAN_BASE: request.base ?? git(request.clone, 'rev-parse', 'HEAD'),
      ...(request.session === undefined ? {} : { TALLYMAN_SESSION: request.session }),
    },
  });
  return { run, result: readResult(resultFile) };
}

function readResult(file: string): AgentRun['result'] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined; // The agent has written none.
  }
}
