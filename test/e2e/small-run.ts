/** A plan of a few tasks in the demo's code base, run by the built client in a checkout, as in a repository of one's own. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFiles } from '../../src/own-files.ts';
import { gitIn, makeRemote, type TestRemote } from '../support/git-remote.ts';
import { pathWithServer } from './demo-run.ts';

const demo = join(ownFiles.root, 'examples/demo');

export interface SmallRun {
  readonly remote: TestRemote;
  readonly checkout: string;
  /** Runs `tallyman ARGS` in the checkout to its end. */
  tallyman(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
  close(): Promise<void>;
}

export interface SmallPlan {
  /** Rows below `| id | status | description | repo | branch | depends_on | agent | started_at | completed_at | estimate | used | notes |`. */
  readonly rows: readonly { readonly id: string; readonly repo: string; readonly branch: string }[];
  /** Further files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further lines of the config file. */
  readonly config?: string;
  readonly temporalBinary: string;
}

function filesBelow(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(folder.length + 1), readFileSync(file, 'utf8')];
    }),
  );
}

function planText(rows: SmallPlan['rows']): string {
  const names = 'id status description repo branch depends_on agent started_at completed_at estimate used notes'.split(
    ' ',
  );
  const cells = rows.map(({ id, repo, branch }) => [
    id,
    'not-started',
    'as the review says',
    repo,
    branch,
    '',
    '',
    '',
    '',
    '8K',
    '',
    '',
  ]);
  return ['# Tasks', '', ...[names, names.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`), ''].join(
    '\n',
  );
}

function configText(state: string, more: string): string {
  const agent = join(ownFiles.root, 'examples/scripted-agent/agent.mjs');
  const command = [process.execPath, agent, '--playbook', join(demo, 'playbook.json')];
  return `agent: scripted
base: main
agents: { scripted: { preset: command, command: ${JSON.stringify(command)} } }
concurrency: 2
gates: { concurrency: 2 }
commit: { author: { name: Demo, email: demo@localhost } }
host: { stateDirectory: ${JSON.stringify(state)} }
${more}`;
}

export async function makeSmallRun(plan: SmallPlan): Promise<SmallRun> {
  const remote = await makeRemote({
    files: { ...filesBelow(join(demo, 'code')), 'docs/tasks.md': planText(plan.rows), ...plan.files },
  });
  const checkout = join(remote.directory, 'checkout');
  // By path: the server lives in this process, which waits for git here.
  gitIn(remote.directory, 'clone', '--quiet', remote.bare, checkout);
  gitIn(checkout, 'remote', 'set-url', 'origin', remote.url);
  mkdirSync(remote.state, { recursive: true });
  writeFileSync(join(checkout, 'tallyman.config.yaml'), configText(remote.state, plan.config ?? ''));
  const env = { ...process.env, PATH: pathWithServer(plan.temporalBinary), NO_COLOR: '1' };
  return {
    remote,
    checkout,
    tallyman: (...args) => {
      const child = spawn(process.execPath, [ownFiles.client, ...args], {
        cwd: checkout,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
      return new Promise((resolve) => {
        child.on('exit', (code) => resolve({ code, output }));
      });
    },
    close: async () => {
      await remote.close();
      rmSync(remote.directory, { recursive: true, force: true });
    },
  };
}
