/** The port put together: one remote, one cache. */
import type { CommitSha } from '../../domain/ids.ts';
import { createBareCache } from './bare-cache.ts';
import { commitChain } from './commit.ts';
import { changedPaths, isAncestor, log, mergeBase, readFile } from './history.ts';
import { isBranchName, parseRemote, type Remote } from './names.ts';
import type { Git, GitOf } from './port.ts';
import { push } from './push.ts';
import { merge, rebase } from './rebase.ts';
import { defaultBranch, fetchCommit, listRefs, tipOf } from './remote.ts';
import { clone, commitDirectory, fetchFrom, headOf } from './workspace-git.ts';

export interface GitOptions {
  /** `<state>`: the caches lie in its folder `git`. */
  readonly stateDirectory: string;
  /** Protocols beyond https and ssh, allowed for every host. */
  readonly protocols?: readonly string[];
}

export function createGit(remote: Remote, options: GitOptions): Git {
  const cache = createBareCache(remote, options.stateDirectory);
  return {
    remote: remote.shown,
    tip: (branch) => (isBranchName(branch) ? tipOf(cache, `refs/heads/${branch}`) : Promise.resolve(undefined)),
    defaultBranch: () => defaultBranch(cache),
    fetch: (commit) => fetchCommit(cache, commit),
    fetchFrom: (directory, commit) => fetchFrom(cache, directory, commit),
    headOf: (directory) => headOf(directory),
    read: (commit, path) => readFile(cache, commit, path),
    log: (range) => log(cache, range),
    isAncestor: (older, newer) => isAncestor(cache, older, newer),
    mergeBase: (a, b) => mergeBase(cache, a, b),
    changedPaths: (range) => changedPaths(cache, range),
    commit: (parent, commits) => commitChain(cache, parent, commits),
    commitDirectory: (directory, on, commit) => commitDirectory(cache, directory, on, commit),
    rebase: (range, onto, at, message) =>
      rebase(cache, range, onto, { at, ...(message === undefined ? {} : { message }) }),
    merge: (onto, other, commit) => merge(cache, onto, other, commit),
    push: (updates) => push(cache, updates),
    mayPush: (branch: string, commit: CommitSha) =>
      push(cache, [{ ref: `refs/heads/${branch}`, to: commit, expected: 'any' }], 'dry-run'),
    refs: (prefix) => listRefs(cache, prefix),
    clone: (directory, commit, settings) => clone(cache, directory, commit, settings),
  };
}

/** The same remote gives the same port, so that one process fetches a commit once. A refused address throws its sentence. */
export function createGitOf(options: GitOptions): GitOf {
  const known = new Map<string, Git>();
  return (address) => {
    const present = known.get(address);
    if (present !== undefined) return present;
    const remote = parseRemote(address, options.protocols);
    if (!remote.ok) throw new Error(remote.error);
    const git = createGit(remote.value, options);
    known.set(address, git);
    return git;
  };
}
