/**
 * Commits between the cache and a workspace's own repository.
 *   W1 git is never run inside a workspace that an agent has touched: its configuration, hooks and filters could run
 *      code as us. We fetch from it by path, read its HEAD as a file, and commit with a git directory of our own.
 *   W2 Only a real `.git` directory is fetched from: a `.git` file, a `commondir` or borrowed objects would make us read
 *      another repository.
 *   W3 Nested repositories are never entered and never committed; git would run `status` inside a submodule.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { isCommitSha, type CommitSha } from '../../domain/ids.ts';
import { invariant } from '../../domain/result.ts';
import type { BareCache } from './bare-cache.ts';
import { latin1, signature, writeCommit, type Person } from './commit.ts';
import { localEnvironment } from './environment.ts';
import { GitFault, gitFault } from './fault.ts';
import { has, treeOf } from './history.ts';
import { isBranchName, isRefName } from './names.ts';
import { fetchOptions, isMissing } from './remote.ts';
import { spawnGit, type GitRun } from './spawn-git.ts';

const byPathMs = 600_000;
const byPath = ['-c', 'protocol.version=2', '-c', 'protocol.allow=never', '-c', 'protocol.file.allow=always'];

/** False: it is no repository that we would read, or it does not have the commit. */
export async function fetchFrom(cache: BareCache, directory: string, commit: CommitSha): Promise<boolean> {
  if (cache.isWhole(commit)) return true;
  if (!(await isOwnRepository(directory))) return false;
  const args = [...byPath, ...fetchOptions, directory, commit];
  // Any failure is the workspace's: the cache stays.
  await cache.read(['rev-parse', '--git-dir']);
  const run = await spawnGit({ args, cwd: cache.directory, env: localEnvironment(), deadlineMs: byPathMs });
  if (run.exitCode !== 0) {
    if (isMissing(run) || !(await isOwnRepository(directory))) return false;
    throw new GitFault(`Commit ${commit} could not be fetched from ${directory}: ${run.stderr.trim().slice(-400)}`);
  }
  if (!(await has(cache, commit))) return false;
  await cache.markWhole(commit, 'seen');
  return true;
}

type Kind = 'file' | 'directory' | 'nothing' | 'other';

/** Files of a repository whose objects are all its own. */
const ownFiles: Readonly<Record<string, readonly Kind[]>> = {
  '': ['directory'],
  HEAD: ['file'],
  refs: ['directory'],
  objects: ['directory'],
  'objects/info': ['directory', 'nothing'],
  'objects/info/alternates': ['nothing'],
  'objects/info/http-alternates': ['nothing'],
  'objects/pack': ['directory', 'nothing'],
  commondir: ['nothing'],
};

/** A `.git` directory whose objects are all its own, nothing of it reached through a link. */
async function isOwnRepository(directory: string): Promise<boolean> {
  for (const [name, expected] of Object.entries(ownFiles)) {
    if (!expected.includes(await kindOf(join(directory, '.git', name)))) return false;
  }
  return true;
}

async function kindOf(path: string): Promise<Kind> {
  try {
    const stat = await lstat(path);
    return stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return 'nothing';
    throw error;
  }
}

/** The commit at HEAD, from the files alone. */
export async function headOf(directory: string): Promise<CommitSha | undefined> {
  if (!(await isOwnRepository(directory))) return undefined;
  const git = join(directory, '.git');
  const head = (await readSmall(join(git, 'HEAD')))?.trim();
  if (head === undefined || isCommitSha(head)) return head;
  const ref = /^ref: (refs\/.+)$/.exec(head)?.[1];
  if (ref === undefined || !isRefName(ref)) return undefined;
  return (await looseRef(git, ref)) ?? (await packedRef(git, ref));
}

async function looseRef(git: string, ref: string): Promise<CommitSha | undefined> {
  let place = git;
  const parts = ref.split('/');
  for (const part of parts.slice(0, -1)) {
    place = join(place, part);
    if ((await kindOf(place)) !== 'directory') return undefined;
  }
  const text = (await readSmall(join(place, parts.at(-1) ?? '')))?.trim();
  return text !== undefined && isCommitSha(text) ? text : undefined;
}

async function packedRef(git: string, ref: string): Promise<CommitSha | undefined> {
  const text = await readSmall(join(git, 'packed-refs'));
  const line = text?.split('\n').find((candidate) => candidate.slice(41) === ref);
  const commit = line?.slice(0, 40);
  return commit !== undefined && isCommitSha(commit) ? commit : undefined;
}

/** Far more than a ref, less than would hurt. */
const smallBytesMax = 4 * 1024 * 1024;

/** A regular file's text; undefined when it is missing, a link, or too large. */
async function readSmall(path: string): Promise<string | undefined> {
  if ((await kindOf(path)) !== 'file') return undefined;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    return size > smallBytesMax ? undefined : await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Commits what differs from `on` in the folder; undefined when nothing does. */
export async function commitDirectory(
  cache: BareCache,
  directory: string,
  on: CommitSha,
  commit: { readonly message: string; readonly at: string; readonly author: Person },
): Promise<CommitSha | undefined> {
  const index = join(cache.directory, `index.${randomUUID()}`);
  const env = { GIT_DIR: cache.directory, GIT_WORK_TREE: directory, GIT_INDEX_FILE: index };
  const git = (args: readonly string[], stdin = ''): Promise<GitRun> =>
    cache.run(['-c', 'core.bare=false', '-c', 'core.fsmonitor=false', ...args], { cwd: directory, env, stdin });
  try {
    await git(['read-tree', on]);
    const links = await gitlinks(git);
    await unstage(git, links);
    await git(['add', '--all', '--', '.', ...links.map(({ path }) => `:(top,exclude,literal)${path}`)]);
    await unstage(git, await gitlinks(git));
    const info = links.map(({ object, path }) => `160000 ${object}\t${path}\0`).join('');
    await git(['update-index', '-z', '--index-info'], info);
    const tree = (await git(['write-tree'])).stdout.toString('latin1').trim();
    if (tree === (await treeOf(cache, on))) return undefined;
    const person = latin1(signature(commit.author, commit.at));
    return await writeCommit(cache, {
      tree,
      parents: [on],
      author: person,
      committer: person,
      message: latin1(commit.message),
    });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

interface Gitlink {
  readonly object: string;
  readonly path: string;
}

async function gitlinks(git: (args: readonly string[]) => Promise<GitRun>): Promise<readonly Gitlink[]> {
  const { stdout } = await git(['ls-files', '--stage', '-z']);
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => ({ object: entry.slice(7, 47), path: entry.slice(entry.indexOf('\t') + 1) }));
}

async function unstage(
  git: (args: readonly string[], stdin?: string) => Promise<GitRun>,
  links: readonly Gitlink[],
): Promise<void> {
  if (links.length === 0) return;
  const gone = links.map(({ path }) => `0 ${'0'.repeat(40)}\t${path}\0`).join('');
  await git(['update-index', '-z', '--index-info'], gone);
}

/** A repository of its own, with no remote; nothing in it is shared with the cache. */
export async function clone(
  cache: BareCache,
  directory: string,
  commit: CommitSha,
  options: { readonly branch?: string; readonly author?: Person },
): Promise<void> {
  invariant(options.branch === undefined || isBranchName(options.branch), `"${options.branch ?? ''}" is no branch`);
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(directory);
  const git = async (...args: readonly string[]): Promise<void> => {
    const env = localEnvironment();
    const run = await spawnGit({ args: [...byPath, ...args], cwd: directory, env, deadlineMs: byPathMs });
    if (run.exitCode !== 0) throw gitFault(args, run);
  };
  await git('init', '--quiet', '--template=');
  await git(...fetchOptions, cache.directory, commit);
  if (options.branch === undefined) await git('checkout', '--quiet', '--detach', commit);
  else await git('checkout', '--quiet', '--no-track', '-B', options.branch, commit);
  if (options.author !== undefined) {
    await git('config', 'user.name', options.author.name);
    await git('config', 'user.email', options.author.email);
  }
  // The user's own `git` there must not start a collection in the background while the agent works.
  await git('config', 'gc.auto', '0');
}
