/** One remote repository, through a private bare cache. Knows commits and refs; knows nothing of plans. Spec 5.2. */
import type { CommitSha } from '../../domain/ids.ts';

export type PushOutcome =
  | { readonly kind: 'pushed' }
  /** The lease did not hold: another writer was faster. */
  | { readonly kind: 'moved' }
  /** The remote said no (protected branch, hook, rights). */
  | { readonly kind: 'refused'; readonly text: string }
  /** It may have landed or not: look again. */
  | { readonly kind: 'unknown'; readonly text: string };

/** A full ref name, and what must stand there now. */
export interface RefUpdate {
  readonly ref: string;
  /** `absent` deletes the ref. */
  readonly to: CommitSha | 'absent';
  /** `any` only for a ref that one attempt alone writes. */
  readonly expected: CommitSha | 'absent' | 'any';
}

export interface NewCommit {
  readonly message: string;
  /** ISO 8601 UTC; author and committer date. */
  readonly at: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Missing: the tree of the parent (an empty commit). */
  readonly file?: { readonly path: string; readonly bytes: Uint8Array };
}

export interface LoggedCommit {
  readonly commit: CommitSha;
  readonly parents: readonly CommitSha[];
  /** Subject, body and trailers as written. */
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
}

export type Rebased =
  | { readonly kind: 'rebased'; readonly commit: CommitSha }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** The remote does not answer: a fault, retried by Temporal. Its message names the remote (without credentials) and what to check. */
export class RemoteUnreachable extends Error {
  override readonly name = 'RemoteUnreachable';
}

/** The remote does not give a commit (a branch was rewritten, a ref deleted): a fault; looking again shows what stands there. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** Every call has a deadline. Faults are thrown; everything a caller decides on is a value. */
export interface Git {
  /** Without credentials, for messages. */
  readonly remote: string;
  /** Tip on the remote, asked each time; undefined when the branch is missing. */
  tip(branch: string): Promise<CommitSha | undefined>;
  /** The remote's HEAD branch name; undefined for an empty repository. */
  defaultBranch(): Promise<string | undefined>;
  /** Brings a commit of the remote and its history into the cache; at once when this process has it whole. Throws CommitUnknown. */
  fetch(commit: CommitSha): Promise<void>;
  /** Brings a commit from a workspace by path; refuses a `.git` that is no real directory or that borrows objects. Returns false when the workspace does not have it. */
  fetchFrom(directory: string, commit: CommitSha): Promise<boolean>;
  /** Commit at HEAD of a workspace, read without running git inside it; undefined when it cannot be told. */
  headOf(directory: string): Promise<CommitSha | undefined>;
  read(commit: CommitSha, path: string): Promise<{ readonly bytes: Uint8Array; readonly mode: string } | undefined>;
  /** Newest first. `after` missing: from the root. `path`: only commits that change it. `grep`: only messages with a line that begins so. */
  log(range: {
    readonly after?: CommitSha;
    readonly upTo: CommitSha;
    readonly path?: string;
    readonly grep?: string;
    readonly max?: number;
  }): Promise<readonly LoggedCommit[]>;
  isAncestor(older: CommitSha, newer: CommitSha): Promise<boolean>;
  mergeBase(a: CommitSha, b: CommitSha): Promise<CommitSha | undefined>;
  changedPaths(range: { readonly after: CommitSha; readonly upTo: CommitSha }): Promise<readonly string[]>;
  /** A chain of commits on `parent`, by plumbing; returns them in order. Same input, same commits. */
  commit(parent: CommitSha, commits: readonly NewCommit[]): Promise<readonly CommitSha[]>;
  /** Commits what a workspace has uncommitted, with a git directory of our own over the agent's files; undefined when nothing differs from `on`. Ignored files stay out. */
  commitDirectory(
    directory: string,
    on: CommitSha,
    commit: {
      readonly message: string;
      readonly at: string;
      readonly author: { readonly name: string; readonly email: string };
    },
  ): Promise<CommitSha | undefined>;
  /** Rebases `base..commit` onto another commit without a work tree; keeps authors and messages; a range with merges becomes one commit. `message` is used for that one commit. */
  rebase(
    range: { readonly base: CommitSha; readonly commit: CommitSha },
    onto: CommitSha,
    at: string,
    message?: string,
  ): Promise<Rebased>;
  /** Merges `other` into `onto` without a work tree, as a merge commit. */
  merge(onto: CommitSha, other: CommitSha, commit: NewCommit): Promise<Rebased>;
  /** One atomic push; every ref has its lease. */
  push(updates: readonly RefUpdate[]): Promise<PushOutcome>;
  /** Would a push to that branch be accepted? `push --dry-run`. */
  mayPush(branch: string, commit: CommitSha): Promise<PushOutcome>;
  /** Refs of the remote under a full prefix. */
  refs(prefix: string): Promise<readonly { readonly ref: string; readonly commit: CommitSha }[]>;
  /** A repository of its own in `directory` (which must not exist), at `commit`, detached or on a new local branch, with no remote. */
  clone(
    directory: string,
    commit: CommitSha,
    options: { readonly branch?: string; readonly author?: { readonly name: string; readonly email: string } },
  ): Promise<void>;
}

/** The port of a remote; the same remote gives the same one. */
export type GitOf = (remote: string) => Git;
