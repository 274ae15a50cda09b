/**
 * Commits by plumbing. `commitChain` feeds one `fast-import`; `writeCommit` one `hash-object`.
 *   C1 The same input gives the same commit: author, committer and dates are all given.
 *   C2 fast-import insists on a ref; its name is made for one call and its file deleted by us, so that no lock is ever
 *      shared and a kill leaves nothing that anybody waits for.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitSha, type CommitSha } from '../../domain/ids.ts';
import { invariant } from '../../domain/result.ts';
import type { BareCache } from './bare-cache.ts';
import { readFile } from './history.ts';
import { isTreePath } from './names.ts';
import type { NewCommit } from './port.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** A chain on `parent`, in order. */
export async function commitChain(
  cache: BareCache,
  parent: CommitSha,
  commits: readonly NewCommit[],
): Promise<readonly CommitSha[]> {
  if (commits.length === 0) return [];
  const ref = `refs/making/${randomUUID()}`;
  const parts: (string | Uint8Array)[] = [];
  for (const [at, commit] of commits.entries()) {
    parts.push(...(await instructions(cache, parent, commit, { ref, mark: at + 1 })));
  }
  const stream = Buffer.concat(
    [...parts, 'done\n'].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  );
  const run = await cache.run(['fast-import', '--quiet', '--done', '--date-format=raw'], { stdin: stream });
  await rm(join(cache.directory, ref), { force: true });
  const made = run.stdout.toString('latin1').trim().split('\n').map(commitSha);
  invariant(made.length === commits.length, `${made.length} commits made of ${commits.length}`);
  for (const commit of made) await cache.markWhole(commit);
  return made;
}

async function instructions(
  cache: BareCache,
  parent: CommitSha,
  commit: NewCommit,
  names: { readonly ref: string; readonly mark: number },
): Promise<readonly (string | Uint8Array)[]> {
  const person = signature(commit.author, commit.at);
  const head = [
    `commit ${names.ref}\nmark :${names.mark}\nauthor ${person}\ncommitter ${person}\n`,
    ...data(Buffer.from(commit.message)),
    `from ${names.mark === 1 ? parent : `:${names.mark - 1}`}\n`,
  ];
  const tail = `get-mark :${names.mark}\n`;
  if (commit.file === undefined) return [...head, tail];
  const { path, bytes } = commit.file;
  invariant(isTreePath(path), `"${path}" is not a path in a tree`);
  const mode = (await readFile(cache, parent, path))?.mode ?? '100644';
  return [...head, `M ${mode} inline "${path.replace(/["\\]/g, '\\$&')}"\n`, ...data(bytes), tail];
}

function data(bytes: Uint8Array): readonly (string | Uint8Array)[] {
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

/** `Name <email> seconds +0000`. */
export function signature(person: Person, at: string): string {
  return `${clean(person.name)} <${clean(person.email)}> ${secondsOf(at)} +0000`;
}

export function secondsOf(at: string): number {
  const ms = Date.parse(at);
  invariant(Number.isFinite(ms), `"${at}" is not a time`);
  return Math.floor(ms / 1000);
}

/** git forbids these in a person's name and address. */
function clean(text: string): string {
  const cleaned = text.replace(/[<>\u0000-\u001f]/g, '').trim();
  return cleaned === '' ? 'unknown' : cleaned;
}

export interface RawCommit {
  readonly tree: string;
  readonly parents: readonly CommitSha[];
  /** As in the object: `Name <email> seconds zone`. */
  readonly author: string;
  readonly committer: string;
  /** Further header lines, as they are. */
  readonly headers?: readonly string[];
  /** Each byte one character (latin1), because a message may be in any encoding. */
  readonly message: string;
}

export async function writeCommit(cache: BareCache, commit: RawCommit): Promise<CommitSha> {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
    ...(commit.headers ?? []),
  ];
  const bytes = Buffer.from(`${lines.join('\n')}\n\n${commit.message}`, 'latin1');
  const run = await cache.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { stdin: bytes });
  const made = commitSha(run.stdout.toString('latin1').trim());
  await cache.markWhole(made);
  return made;
}

export async function readCommit(cache: BareCache, commit: CommitSha): Promise<RawCommit> {
  const text = (await cache.run(['cat-file', 'commit', commit])).stdout.toString('latin1');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const values = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent').map(commitSha),
    author: values('author')[0] ?? '',
    committer: values('committer')[0] ?? '',
    headers: values('encoding').map((encoding) => `encoding ${encoding}`),
    message: text.slice(end + 2),
  };
}

export function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
