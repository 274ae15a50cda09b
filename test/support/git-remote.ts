/** A bare remote in a temporary folder, served over a socket by the demo's server, and a person who commits to it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startGitServer } from '../../examples/demo/git-server.mjs';
import { commitSha, type CommitSha } from '../../src/domain/ids.ts';

export interface SeenCommit {
  readonly commit: CommitSha;
  readonly parents: readonly CommitSha[];
  readonly subject: string;
  readonly author: string;
  readonly trailers: Readonly<Record<string, string>>;
}

export interface TestRemote {
  /** `git://127.0.0.1:PORT/remote.git` */
  readonly url: string;
  readonly port: number;
  /** The temporary folder: `remote.git`, the person's clone, `state`. */
  readonly directory: string;
  /** The bare repository, for tests that break it. */
  readonly bare: string;
  /** For caches of adapters under test. */
  readonly state: string;
  /** Commits as a person, straight into the remote; null deletes a file. */
  commit(files: Readonly<Record<string, string | null>>, options?: PersonCommit): CommitSha;
  read(branch: string, path: string): string | undefined;
  tip(ref: string): CommitSha | undefined;
  /** Oldest first. */
  log(branch: string): readonly SeenCommit[];
  /** Runs git in the bare repository. */
  git(...args: readonly string[]): string;
  close(): Promise<void>;
}

export interface PersonCommit {
  readonly branch?: string;
  readonly message?: string;
  /** Where a new branch starts; the branch is set back to it when it exists. */
  readonly from?: CommitSha;
}

/** No configuration of the machine has a say in a test. */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Pat Person',
  GIT_AUTHOR_EMAIL: 'pat@example.org',
  GIT_COMMITTER_NAME: 'Pat Person',
  GIT_COMMITTER_EMAIL: 'pat@example.org',
};

export function gitIn(directory: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: directory,
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
}

export async function makeRemote(options: {
  readonly files?: Readonly<Record<string, string>>;
  readonly branch?: string;
}): Promise<TestRemote> {
  const main = options.branch ?? 'main';
  const directory = mkdtempSync(join(tmpdir(), 'tallyman-git-'));
  const bare = join(directory, 'remote.git');
  const person = join(directory, 'person');
  const git = (...args: readonly string[]): string => gitIn(bare, ...args);
  const tip = (ref: string): CommitSha | undefined => {
    const full = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
    const found = git('for-each-ref', '--format=%(objectname)', full).trim();
    return found === '' ? undefined : commitSha(found.slice(0, 40));
  };
  gitIn(directory, 'init', '--quiet', '--bare', '--template=', '-b', main, bare);
  gitIn(directory, 'init', '--quiet', '--template=', '-b', main, person);

  /** The person works in a clone by path: what a person does is not under test. Repeated when a racing writer was faster. */
  const commit = (files: Readonly<Record<string, string | null>>, change: PersonCommit = {}): CommitSha => {
    const branch = change.branch ?? main;
    for (let round = 0; round < 100; round += 1) {
      const start = change.from ?? tip(branch) ?? tip(main);
      if (start === undefined) gitIn(person, 'checkout', '--quiet', '--orphan', `orphan-${round}`);
      else {
        gitIn(person, 'fetch', '--quiet', bare, start);
        gitIn(person, 'checkout', '--quiet', '--force', '--detach', start);
      }
      writeFiles(person, files);
      gitIn(person, 'add', '--all');
      gitIn(person, 'commit', '--quiet', '--allow-empty', '-m', change.message ?? 'edit by a person');
      const made = commitSha(gitIn(person, 'rev-parse', 'HEAD').trim());
      try {
        const force = change.from === undefined ? '' : '+';
        gitIn(person, 'push', '--quiet', bare, `${force}${made}:refs/heads/${branch}`);
        return made;
      } catch (error) {
        if (change.from !== undefined || !/rejected|lock/.test(String(error))) throw error;
      }
    }
    throw new Error(`100 pushes to ${branch} were overtaken`);
  };

  if (Object.keys(options.files ?? {}).length > 0) commit(options.files ?? {}, { message: 'start' });
  const server = await startGitServer({ root: directory });
  return {
    url: `git://127.0.0.1:${server.port}/remote.git`,
    port: server.port,
    directory,
    bare,
    state: join(directory, 'state'),
    commit,
    tip,
    git,
    read: (branch, path) => {
      try {
        return git('cat-file', 'blob', `refs/heads/${branch}:${path}`);
      } catch {
        return undefined; // cat-file fails for a missing branch and a missing file alike.
      }
    },
    log: (branch) => parseLog(git('log', '-z', '--reverse', `--format=${logFormat}`, `refs/heads/${branch}`)),
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function writeFiles(directory: string, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    const place = join(directory, path);
    if (text === null) rmSync(place, { recursive: true, force: true });
    else {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
  }
}

const logFormat = '%H%x00%P%x00%s%x00%an%x00%(trailers:only,unfold)';

function parseLog(text: string): readonly SeenCommit[] {
  const parts = text.split('\0');
  const commits: SeenCommit[] = [];
  for (let at = 0; at + 5 <= parts.length; at += 5) {
    const [commit = '', parents = '', subject = '', author = '', trailers = ''] = parts.slice(at, at + 5);
    commits.push({
      commit: commitSha(commit),
      parents: parents.split(' ').filter(Boolean).map(commitSha),
      subject,
      author,
      trailers: Object.fromEntries(
        trailers
          .split('\n')
          .filter((line) => line.includes(': '))
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      ),
    });
  }
  return commits;
}
