/**
 * One private bare repository per remote, shared by all processes of this user, and disposable.
 *   B1 No index, no FETCH_HEAD, no branch: nothing that two processes could fight over or a kill leave locked.
 *   B2 Nothing collects garbage in it, because nothing needs to refer to what a step is working on.
 *   B3 `refs/seen/<n>` are commits fetched whole, written by rename. They only save work: a fetch names them as what we
 *      have, and git's check of completeness stops at them. Losing or overwriting one costs time, nothing else.
 *   B4 A command that fails unexpectedly throws the cache away; the next call makes it anew.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommitSha } from '../../domain/ids.ts';
import { localEnvironment, networkEnvironment, type Environment } from './environment.ts';
import { gitFault, unreachable } from './fault.ts';
import type { Remote } from './names.ts';
import { createRunGit, type Answer } from './run-git.ts';
import { spawnGit, type GitRun } from './spawn-git.ts';

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  /** Exit codes that are answers; 0 always is. */
  readonly expected?: readonly number[];
  readonly env?: Environment;
  readonly cwd?: string;
}

export interface BareCache {
  readonly remote: Remote;
  readonly directory: string;
  /** A reading command; text out. */
  read(args: readonly string[], expected?: readonly number[]): Promise<Answer>;
  /** A local command with bytes in or out. */
  run(args: readonly string[], options?: RunOptions): Promise<GitRun>;
  /** A command that talks to the remote; any exit is an answer, a time-out throws. */
  talk(args: readonly string[], limits: { readonly deadlineMs: number; readonly silenceMs?: number }): Promise<GitRun>;
  /** Fetched or made whole by this process. */
  isWhole(commit: CommitSha): boolean;
  /** Its objects and history are all here. `seen`: git itself checked that, in a fetch. */
  markWhole(commit: CommitSha, seen?: 'seen'): Promise<void>;
}

/** Local plumbing on a large repository; anything slower hangs. */
const localMs = 300_000;

/** Nothing of the user's configuration may make a push or fetch do more than it was asked to. */
const networkConfig = [
  ...['protocol.allow=never', 'protocol.https.allow=always', 'protocol.ssh.allow=always'],
  ...['protocol.git.allow=always', 'protocol.http.allow=always', 'protocol.version=2', 'core.hooksPath=/dev/null'],
  ...['push.gpgSign=false', 'gc.auto=0', 'maintenance.auto=false', 'fetch.writeCommitGraph=false'],
].flatMap((setting) => ['-c', setting]);

const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
\thooksPath = /dev/null
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

export function createBareCache(remote: Remote, stateDirectory: string): BareCache {
  const name = createHash('sha256').update(remote.url).digest('hex').slice(0, 16);
  const directory = join(stateDirectory, 'git', `${name}.git`);
  const reading = createRunGit(directory);
  const whole = new Set<CommitSha>();
  const local = localEnvironment();
  const network = networkEnvironment();

  async function discard(): Promise<void> {
    whole.clear();
    await discardDirectory(directory);
  }

  return {
    remote,
    directory,
    isWhole: (commit) => whole.has(commit),
    async markWhole(commit, seen) {
      whole.add(commit);
      if (seen !== undefined) await writeSeen(directory, commit);
    },
    async read(args, expected = []) {
      await ensure(directory);
      const answer = await reading(args);
      if (answer.exitCode === 0 || expected.includes(answer.exitCode)) return answer;
      await discard();
      throw gitFault(args, answer);
    },
    async run(args, { stdin, expected = [], env = {}, cwd = directory } = {}) {
      await ensure(directory);
      const run = await spawnGit({
        args,
        cwd,
        env: { ...local, ...env },
        deadlineMs: localMs,
        ...(stdin === undefined ? {} : { stdin }),
      });
      if (run.exitCode === 0 || (run.exitCode !== undefined && expected.includes(run.exitCode))) return run;
      await discard();
      throw gitFault(args, run);
    },
    async talk(args, limits) {
      await ensure(directory);
      const run = await spawnGit({ args: [...networkConfig, ...args], cwd: directory, env: network, ...limits });
      if (run.timedOut) throw unreachable(remote.shown, args, run, limits.deadlineMs / 1000);
      return run;
    },
  };
}

/** Made beside its place and renamed, so that no process ever sees half of it. */
async function ensure(directory: string): Promise<void> {
  if (await exists(join(directory, 'HEAD'))) return;
  const fresh = `${directory}.${randomUUID()}.new`;
  await mkdir(join(fresh, 'objects', 'info'), { recursive: true, mode: 0o700 });
  await mkdir(join(fresh, 'objects', 'pack'));
  await mkdir(join(fresh, 'refs', 'seen'), { recursive: true });
  await mkdir(join(fresh, 'info'));
  await writeFile(join(fresh, 'config'), config);
  await writeFile(join(fresh, 'HEAD'), 'ref: refs/heads/none\n');
  try {
    await rename(fresh, directory);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster, or what stands there is broken.
    if (await exists(join(directory, 'HEAD'))) return;
    await discardDirectory(directory);
    throw error;
  }
}

async function discardDirectory(directory: string): Promise<void> {
  const old = `${directory}.${randomUUID()}.old`;
  try {
    await rename(directory, old);
  } catch {
    return; // Gone already: another process threw it away.
  }
  await rm(old, { recursive: true, force: true });
}

/** One of 64 places, by the commit's first byte. */
async function writeSeen(directory: string, commit: CommitSha): Promise<void> {
  const place = join(directory, 'refs', 'seen', String(Number.parseInt(commit.slice(0, 2), 16) % 64));
  const fresh = join(directory, `seen.${randomUUID()}`);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(fresh, `${commit}\n`);
  await rename(fresh, place);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false; // Missing or not readable: for a cache the same.
  }
}
