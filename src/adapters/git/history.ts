/** Reading commits that are in the cache. */
import { commitSha, type CommitSha } from '../../domain/ids.ts';
import { invariant } from '../../domain/result.ts';
import type { BareCache } from './bare-cache.ts';
import { isTreePath } from './names.ts';
import type { Git, LoggedCommit } from './port.ts';

/** The cache has that object, and it is a commit. Says nothing of its history. */
export async function has(cache: BareCache, commit: CommitSha): Promise<boolean> {
  if (cache.isWhole(commit)) return true;
  const answer = await cache.read(['cat-file', '-t', commit], [1, 128]);
  return answer.exitCode === 0 && answer.stdout.trim() === 'commit';
}

export async function readFile(
  cache: BareCache,
  commit: CommitSha,
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly mode: string } | undefined> {
  invariant(isTreePath(path), `"${path}" is not a path in a tree`);
  const { stdout } = await cache.read(['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const [, mode, kind, object] = /^(\d{6}) (\w+) ([0-9a-f]{40})\t/.exec(stdout) ?? [];
  if (mode === undefined || object === undefined || kind !== 'blob') return undefined;
  const blob = await cache.run(['cat-file', 'blob', object]);
  return { bytes: blob.stdout, mode };
}

/** Fields between NULs, because a message can hold anything else. */
const format = '--format=%H%x00%P%x00%an%x00%ae%x00%B';
const fields = 5;

export async function log(cache: BareCache, range: Parameters<Git['log']>[0]): Promise<readonly LoggedCommit[]> {
  const options = ['--no-mailmap', '--no-notes', '--no-color', '--topo-order', '--full-history'];
  if (range.max !== undefined) options.push(`--max-count=${range.max}`);
  if (range.grep !== undefined) options.push('--basic-regexp', `--grep=^${range.grep.replace(/[.[\]*^$\\]/g, '\\$&')}`);
  const commits = range.after === undefined ? [range.upTo] : [range.upTo, `^${range.after}`];
  const paths = range.path === undefined ? [] : [`:(top,literal)${range.path}`];
  const { stdout } = await cache.read([
    'log',
    '-z',
    ...options,
    format,
    '--end-of-options',
    ...commits,
    '--',
    ...paths,
  ]);
  const parts = stdout.split('\0');
  const logged: LoggedCommit[] = [];
  for (let at = 0; at + fields <= parts.length; at += fields) {
    const [commit = '', parents = '', name = '', email = '', message = ''] = parts.slice(at, at + fields);
    logged.push({
      commit: commitSha(commit),
      parents: parents.split(' ').filter(Boolean).map(commitSha),
      message,
      author: { name, email },
    });
  }
  return logged;
}

/** A commit that is not in the cache is nobody's ancestor there: the younger one's history is whole. */
export async function isAncestor(cache: BareCache, older: CommitSha, newer: CommitSha): Promise<boolean> {
  return older === newer || (await mergeBase(cache, older, newer)) === older;
}

export async function mergeBase(cache: BareCache, a: CommitSha, b: CommitSha): Promise<CommitSha | undefined> {
  if (!(await has(cache, a)) || !(await has(cache, b))) return undefined;
  const answer = await cache.read(['merge-base', a, b], [1]);
  return answer.exitCode === 0 ? commitSha(answer.stdout.trim()) : undefined;
}

export async function changedPaths(
  cache: BareCache,
  range: { readonly after: CommitSha; readonly upTo: CommitSha },
): Promise<readonly string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff'];
  const { stdout } = await cache.read([...args, range.after, range.upTo]);
  return stdout.split('\0').filter((path) => path !== '');
}

export async function treeOf(cache: BareCache, commit: CommitSha): Promise<string> {
  return (await cache.read(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`])).stdout.trim();
}
