/** The built command as a process of its own, in a folder of its own, with nothing of this machine's configuration. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ownFiles } from '../../src/own-files.ts';
import { gitIn, plainEnvironment } from '../support/git-remote.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Folder {
  readonly path: string;
  readonly state: string;
  /** What the command is run with. */
  readonly environment: NodeJS.ProcessEnv;
  write(files: Readonly<Record<string, string>>): void;
  git(...args: readonly string[]): string;
  run(args: readonly string[], options?: { readonly env?: NodeJS.ProcessEnv; readonly in?: string }): Promise<Ended>;
  remove(): void;
}

export function makeFolder(): Folder {
  const top = mkdtempSync(join(tmpdir(), 'tallyman-cli-'));
  const path = join(top, 'repo');
  const state = join(top, 'state');
  mkdirSync(path);
  const env = {
    ...plainEnvironment,
    HOME: join(top, 'home'),
    XDG_STATE_HOME: state,
    GIT_CEILING_DIRECTORIES: top,
  };
  return {
    path,
    state: join(state, 'tallyman'),
    environment: env,
    write: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
    },
    git: (...args) => gitIn(path, ...args),
    run: (args, options = {}) => start(args, join(path, options.in ?? ''), { ...env, ...options.env }),
    remove: () => rmSync(top, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ownFiles.client, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}

/** What no refusal may show. */
export const stackTrace = /\n\s+at .*[:(]\d+|node:internal|\.ts:\d+/;

export const goodPlan = [
  '# Tasks',
  '',
  '## Phase 1 - Start',
  '',
  '| id | status | description | depends_on | estimate |',
  '|----|--------|-------------|------------|----------|',
  '| MS-SEC-001 | not-started | Close the door | | 5K |',
  '| MS-SEC-002 | not-started | Lock it | MS-SEC-001 | 10K |',
  '| MS-SEC-003 | not-started | Paint it | | 5K |',
  '',
].join('\n');

export const badPlan = goodPlan
  .replace('Lock it | MS-SEC-001', 'Lock it | MS-SEC-010')
  .replace('| not-started | Paint', '| nearly | Paint');
