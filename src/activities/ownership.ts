/**
 * Whose run the plan is, by the exact trailers on the plan branch. No clock and no lock: the newest `Tallyman-Run`
 * without its end owns the plan, and the lease on the tip makes the answer hold at the instant of the push. Spec 5.5.
 */
import type { Git } from '../adapters/git/port.ts';
import type { CommitSha, RunId } from '../domain/ids.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';

export interface Owner {
  readonly run: RunId;
  readonly home: string;
  readonly ended: boolean;
}

export interface Ownership {
  /** Of the newest run; undefined when no run has begun in the range. */
  readonly newest?: Owner;
  /** Where this run's own begin stands. */
  readonly own?: Owner;
}

/** Newest first, so what comes before our own beginning in the list came after it in time. */
export async function ownershipIn(
  git: Git,
  run: RunId,
  range: { readonly after?: CommitSha; readonly upTo: CommitSha },
): Promise<Ownership> {
  const ended = new Set<RunId>();
  let newest: Owner | undefined;
  for (const { message } of await git.log({ ...range, grep: 'Tallyman-Run' })) {
    const { run: begun, runEnd } = parseTrailers(message);
    if (runEnd !== undefined) ended.add(runEnd.run);
    if (begun === undefined) continue;
    const owner = { ...begun, ended: ended.has(begun.run) };
    newest ??= owner;
    if (owner.run === run) return { newest, own: owner };
  }
  return newest === undefined ? {} : { newest };
}

/** Why this run may not write, in words; undefined when it may. */
export function foreignOwner(
  { newest, own }: Ownership,
  run: RunId,
  begin?: { readonly home: string; readonly takeOver: boolean },
): string | undefined {
  if (newest === undefined || newest.run === run) return undefined;
  if (own !== undefined || begin === undefined) {
    return `Run ${newest.run} of ${newest.home} has taken over this plan; this run (${run}) writes nothing more.`;
  }
  if (newest.ended || newest.home === begin.home || begin.takeOver) return undefined;
  return (
    `Run ${newest.run} of another home (${newest.home}) owns this plan and has not ended. ` +
    'Let it end, or take the plan over with --take-over when that run is gone for good.'
  );
}
