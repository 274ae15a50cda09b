/** The demo as a person starts it, in a folder of its own: started, killed, looked at. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ownFiles } from '../../src/own-files.ts';

export interface DemoRun {
  readonly directory: string;
  /** The bare remote. */
  readonly bare: string;
  start(...args: readonly string[]): StartedDemo;
  /** kill -9 of everything the demo has started, in no particular order. Gives how many processes that were. */
  killAll(): number;
  readonly git: (...args: readonly string[]) => string;
  /** Events that the agents have written down. */
  journal(): readonly JournalEvent[];
}

export interface StartedDemo {
  readonly process: ChildProcess;
  /** Its exit code, and everything it printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

export interface JournalEvent {
  readonly event: 'started' | 'limited' | 'ended';
  readonly task: string;
  readonly commit?: string | null;
  readonly defective?: boolean;
}

/** A folder with only `temporal` in it, to put before PATH: what the machine has is found first, nothing is downloaded. */
export function pathWithServer(binary: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallyman-path-'));
  symlinkSync(binary, join(folder, 'temporal'));
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}

export function newDemo(temporalBinary: string): DemoRun {
  const directory = join(mkdtempSync(join(tmpdir(), 'tallyman-e2e-')), 'demo');
  mkdirSync(directory);
  const bare = join(directory, 'remote.git');
  const environment = { ...process.env, PATH: pathWithServer(temporalBinary), NO_COLOR: '1' };
  return {
    directory,
    bare,
    start: (...args) => startDemo(directory, environment, args),
    killAll: () => killAll(directory),
    git: (...args) => execFileSync('git', args, { cwd: bare, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).trim(),
    journal: () => readJournal(join(directory, 'agents.log')),
  };
}

function startDemo(directory: string, env: NodeJS.ProcessEnv, args: readonly string[]): StartedDemo {
  const script = join(ownFiles.root, 'scripts/demo.mjs');
  const child = spawn(process.execPath, [script, '--dir', directory, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('exit', (code) => resolve({ code, output }));
  });
  return { process: child, ended };
}

/** Everything that works for this folder: its name stands in the arguments, or in the environment that children inherit. */
function processesOf(directory: string): readonly number[] {
  const read = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return ''; // It has ended since the folder was listed.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => read(pid, file).includes(directory)));
}

function killAll(directory: string): number {
  const killed = new Set<number>();
  // What was about to start something may do so while we look: until nothing is left, but not for ever.
  for (let round = 0; round < 20; round += 1) {
    const found = processesOf(directory);
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended between the two lines.
      }
    }
  }
  return killed.size;
}

function readJournal(file: string): readonly JournalEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}
