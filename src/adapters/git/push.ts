/**
 * One push, every ref with an explicit lease on what must stand there: compare and set, also against a branch that was
 * reset to an ancestor, which a plain push would fast-forward again.
 *   P1 The answer is what git reported per ref. No report is `unknown`: it may have landed.
 *   P2 Several refs go atomically: all or none.
 */
import { invariant } from '../../domain/result.ts';
import type { BareCache } from './bare-cache.ts';
import { endOf } from './fault.ts';
import { isRefName, withoutCredentials } from './names.ts';
import { RemoteUnreachable, type PushOutcome, type RefUpdate } from './port.ts';
import type { GitRun } from './spawn-git.ts';

const pushMs = 1_800_000;
/** A hook on the remote may think for a while without a word. */
const pushSilenceMs = 120_000;

const options = ['push', '--porcelain', '--progress', '--no-verify', '--no-follow-tags', '--no-recurse-submodules'];

export async function push(cache: BareCache, updates: readonly RefUpdate[], dryRun?: 'dry-run'): Promise<PushOutcome> {
  if (updates.length === 0) return { kind: 'pushed' };
  for (const update of updates) invariant(isRefName(update.ref), `"${update.ref}" is not a ref`);
  const args = [
    ...options,
    ...(dryRun === undefined ? [] : ['--dry-run']),
    ...(updates.length > 1 ? ['--atomic'] : []),
    ...updates.flatMap(lease),
    cache.remote.url,
    ...updates.map(refspec),
  ];
  try {
    return outcome(await cache.talk(args, { deadlineMs: pushMs, silenceMs: pushSilenceMs }));
  } catch (error) {
    if (error instanceof RemoteUnreachable) return { kind: 'unknown', text: error.message };
    throw error;
  }
}

function lease({ ref, expected }: RefUpdate): readonly string[] {
  if (expected === 'any') return [];
  return [`--force-with-lease=${ref}:${expected === 'absent' ? '' : expected}`];
}

function refspec({ ref, to, expected }: RefUpdate): string {
  return `${expected === 'any' ? '+' : ''}${to === 'absent' ? '' : to}:${ref}`;
}

/** Words of a remote that has decided, as against one that was overtaken. */
const saidNo =
  /hook declined|protected|denied|denying|prohibited|not allowed|forbidden|permission|refusing|not authorized|read.?only|quota|too large/i;
const overtaken =
  /stale info|fetch first|non-fast-forward|atomic push fail|failed to update ref|cannot lock ref|failed to lock|incorrect old value|reference already exists|already exists|remote ref updated/i;

/** Reads `--porcelain`: `<flag>\t<from>:<to>\t<summary> (<reason>)`. */
export function outcome(run: GitRun): PushOutcome {
  const lines = run.stdout.toString('utf8').split('\n');
  const rejected = lines.filter((line) => line.startsWith('!\t'));
  if (rejected.length === 0 && run.exitCode === 0) return { kind: 'pushed' };
  const reasons = rejected.map((line) => line.split('\t')[2] ?? '');
  const no = reasons.filter((reason) => saidNo.test(reason) && !overtaken.test(reason));
  if (no.length > 0) return { kind: 'refused', text: told(run, no) };
  if (reasons.some((reason) => overtaken.test(reason))) return { kind: 'moved' };
  if (
    /does not support --atomic|Permission to \S+ denied|not allowed to push|write access .*not granted/i.test(
      run.stderr,
    )
  ) {
    return { kind: 'refused', text: endOf(run) };
  }
  return { kind: 'unknown', text: reasons.length === 0 ? endOf(run) : told(run, reasons) };
}

/** The remote's own words are in `remote:` lines. */
function told(run: GitRun, reasons: readonly string[]): string {
  const remote = withoutCredentials(run.stderr)
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
  return [...reasons, ...remote.slice(0, 6)].join(' · ').slice(0, 600);
}
