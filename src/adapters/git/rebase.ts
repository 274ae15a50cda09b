/**
 * Rebase and merge without a work tree, on git 2.38 and newer (`merge-tree --merge-base` came only in 2.40).
 *   R1 For each commit C: a helper commit with the tree of the tip and C's own parent as parent makes `merge-tree` take
 *      exactly C's parent as the merge base.
 *   R2 Author and message stay; the committer's date is given, so a rebuilt rebase is the same commit.
 *   R3 A commit that changes nothing on the tip is left out. A range with merges becomes one commit.
 */
import { readFile as readDisk, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitSha } from '../../domain/ids.ts';
import { commitSha } from '../../domain/ids.ts';
import type { BareCache } from './bare-cache.ts';
import { latin1, readCommit, secondsOf, signature, writeCommit } from './commit.ts';
import { readFile, treeOf } from './history.ts';
import type { NewCommit, Rebased } from './port.ts';

interface Range {
  readonly base: CommitSha;
  readonly commit: CommitSha;
}

export async function rebase(
  cache: BareCache,
  range: Range,
  onto: CommitSha,
  options: { readonly at: string; readonly message?: string },
): Promise<Rebased> {
  await useMergeAttributes(cache, onto);
  const commits = await commitsOf(cache, range);
  if (commits.some((commit) => commit.parents > 1)) return squash(cache, range.commit, onto, options);
  let tip = onto;
  for (const { commit } of commits) {
    const picked = await pick(cache, commit, tip, options.at);
    if (picked.kind === 'conflict') return picked;
    tip = picked.commit;
  }
  return { kind: 'rebased', commit: tip };
}

/** Oldest first. */
async function commitsOf(
  cache: BareCache,
  range: Range,
): Promise<readonly { readonly commit: CommitSha; readonly parents: number }[]> {
  if (range.base === range.commit) return [];
  const args = ['rev-list', '--reverse', '--topo-order', '--parents', range.commit, `^${range.base}`, '--'];
  const { stdout } = await cache.read(args);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ commit: commitSha(line.slice(0, 40)), parents: line.split(' ').length - 1 }));
}

async function pick(cache: BareCache, commit: CommitSha, tip: CommitSha, at: string): Promise<Rebased> {
  const original = await readCommit(cache, commit);
  const tipTree = await treeOf(cache, tip);
  const nobody = 'tallyman <tallyman@localhost> 0 +0000';
  const helper = await writeCommit(cache, {
    tree: tipTree,
    parents: original.parents,
    author: nobody,
    committer: nobody,
    message: 'helper\n',
  });
  const merged = await mergeTree(cache, helper, commit);
  if (merged.kind === 'conflict') return merged;
  if (merged.tree === tipTree) return { kind: 'rebased', commit: tip };
  const made = await writeCommit(cache, {
    ...original,
    tree: merged.tree,
    parents: [tip],
    committer: dated(original.committer, at),
  });
  return { kind: 'rebased', commit: made };
}

async function squash(
  cache: BareCache,
  commit: CommitSha,
  onto: CommitSha,
  options: { readonly at: string; readonly message?: string },
): Promise<Rebased> {
  const merged = await mergeTree(cache, onto, commit);
  if (merged.kind === 'conflict') return merged;
  if (merged.tree === (await treeOf(cache, onto))) return { kind: 'rebased', commit: onto };
  const original = await readCommit(cache, commit);
  const made = await writeCommit(cache, {
    ...original,
    ...(options.message === undefined ? {} : { message: latin1(options.message), headers: [] }),
    tree: merged.tree,
    parents: [onto],
    committer: dated(original.committer, options.at),
  });
  return { kind: 'rebased', commit: made };
}

export async function merge(cache: BareCache, onto: CommitSha, other: CommitSha, commit: NewCommit): Promise<Rebased> {
  await useMergeAttributes(cache, onto);
  const merged = await mergeTree(cache, onto, other);
  if (merged.kind === 'conflict') return merged;
  const person = latin1(signature(commit.author, commit.at));
  const made = await writeCommit(cache, {
    tree: merged.tree,
    parents: [onto, other],
    author: person,
    committer: person,
    message: latin1(commit.message),
  });
  return { kind: 'rebased', commit: made };
}

type MergedTree =
  { readonly kind: 'merged'; readonly tree: string } | { readonly kind: 'conflict'; readonly paths: readonly string[] };

async function mergeTree(cache: BareCache, ours: CommitSha, theirs: CommitSha): Promise<MergedTree> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', '--allow-unrelated-histories'];
  const answer = await cache.read([...args, ours, theirs], [1]);
  const [tree = '', ...paths] = answer.stdout.split('\0').filter((part) => part !== '');
  return answer.exitCode === 0
    ? { kind: 'merged', tree: tree.trim() }
    : { kind: 'conflict', paths: [...new Set(paths)] };
}

/** The person stays, the time is ours. */
function dated(committer: string, at: string): string {
  return committer.replace(/ \d+ [+-]\d{4}$/, ` ${secondsOf(at)} +0000`);
}

/** A bare repository reads no `.gitattributes`: the lines that say how to merge are copied to where it does. Only the root's, only git's own drivers. */
async function useMergeAttributes(cache: BareCache, commit: CommitSha): Promise<void> {
  const file = await readFile(cache, commit, '.gitattributes');
  const text = file === undefined ? '' : Buffer.from(file.bytes).toString('utf8');
  const wanted = text.split(/\r?\n/).filter((line) => /\s(merge=(union|binary|text)|-merge)(\s|$)/.test(line));
  const place = join(cache.directory, 'info', 'attributes');
  const content = wanted.map((line) => `${line}\n`).join('');
  const present = await readDisk(place, 'utf8').catch(() => '');
  if (present !== content) await writeFile(place, content);
}
