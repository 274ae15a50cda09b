/** What the remote says and gives: tips, refs, objects. Asked each time; nothing is remembered. */
import { commitSha, isCommitSha, type CommitSha } from '../../domain/ids.ts';
import type { BareCache } from './bare-cache.ts';
import { endOf, unreachable } from './fault.ts';
import { CommitUnknown } from './port.ts';
import type { GitRun } from './spawn-git.ts';

/** Longer is "unreachable": an operator waits for the answer. */
const askMs = 10_000;
/** A large first fetch over a slow line. */
const fetchMs = 1_800_000;
const fetchSilenceMs = 60_000;

export interface RemoteRef {
  readonly ref: string;
  readonly commit: CommitSha;
}

/** Refs whose whole name begins with `prefix`. */
export async function listRefs(cache: BareCache, prefix: string): Promise<readonly RemoteRef[]> {
  const lines = await ask(cache, ['ls-remote', '--refs', cache.remote.url, `${prefix}*`]);
  return lines.flatMap((line) => {
    const [commit = '', ref = ''] = line.split('\t');
    return isCommitSha(commit) && ref.startsWith(prefix) ? [{ ref, commit }] : [];
  });
}

export async function tipOf(cache: BareCache, ref: string): Promise<CommitSha | undefined> {
  const lines = await ask(cache, ['ls-remote', '--refs', cache.remote.url, ref]);
  const line = lines.find((candidate) => candidate.endsWith(`\t${ref}`));
  return line === undefined ? undefined : commitSha(line.slice(0, 40));
}

export async function defaultBranch(cache: BareCache): Promise<string | undefined> {
  const lines = await ask(cache, ['ls-remote', '--symref', cache.remote.url, 'HEAD']);
  for (const line of lines) {
    const branch = /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1];
    if (branch !== undefined) return branch;
  }
  return undefined;
}

async function ask(cache: BareCache, args: readonly string[]): Promise<readonly string[]> {
  const run = await cache.talk(args, { deadlineMs: askMs });
  if (run.exitCode !== 0) throw unreachable(cache.remote.shown, args, run, askMs / 1000);
  return run.stdout.toString('utf8').split('\n');
}

/** Options of every fetch: objects only, nothing written beside them. */
export const fetchOptions = [
  'fetch',
  '--progress',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--refmap=',
] as const;

/** Brings a commit and its history from the remote. Throws CommitUnknown when the remote does not have it. */
export async function fetchCommit(cache: BareCache, commit: CommitSha): Promise<void> {
  if (cache.isWhole(commit)) return;
  const args = [...fetchOptions, cache.remote.url, commit];
  const run = await cache.talk(args, { deadlineMs: fetchMs, silenceMs: fetchSilenceMs });
  if (run.exitCode !== 0) {
    if (isMissing(run)) {
      throw new CommitUnknown(
        `The remote ${cache.remote.shown} does not give commit ${commit}: ${endOf(run)}. ` +
          'A branch was rewritten or a ref deleted meanwhile.',
      );
    }
    throw unreachable(cache.remote.shown, args, run, fetchMs / 1000);
  }
  await cache.markWhole(commit, 'seen');
}

export function isMissing(run: GitRun): boolean {
  return /not our ref|couldn't find remote ref|unadvertised object|no such remote ref/i.test(run.stderr);
}
