/** Waits until people change the plan: asks for the tip, and looks only at commits that are no ops of this run. Starts nothing, writes nothing. */
import { RemoteUnreachable, type Git } from '../adapters/git/port.ts';
import type { RunActivities, WatchPlanInput } from '../contracts/activities.ts';
import type { CommitSha } from '../domain/ids.ts';
import { foreignOwner, ownershipIn } from './ownership.ts';
import { foreignCommits } from './plan-commits.ts';
import type { Ports } from './ports.ts';
import { pause } from './push-loop.ts';
import { branchMissing } from './read-plan.ts';
import { Detached, type ActivityScope } from './scope.ts';

type Watched = Awaited<ReturnType<RunActivities['watchPlan']>>;

const askEveryMs = 2_000;
/** A remote that is down is asked less often. */
const silentAskEveryMs = 15_000;

export async function watchPlan(
  ports: Pick<Ports, 'git' | 'host'>,
  input: WatchPlanInput,
  scope: ActivityScope,
  everyMs: number = askEveryMs,
): Promise<Watched> {
  const git = ports.git(input.plan.remote);
  let last = input.since;
  while (!scope.signal.aborted) {
    const seen = await look(git, input, last);
    const line = seen === 'unreachable' ? `${git.remote} does not answer` : `watches ${input.plan.branch}`;
    scope.heartbeat({ task: '', attempt: 0, step: 'watch', host: ports.host.id, line, tokens: 0 });
    if (typeof seen === 'object' && seen.kind !== 'ours') return seen;
    if (typeof seen === 'object') last = seen.tip;
    await pause(scope, seen === 'unreachable' ? Math.max(silentAskEveryMs, everyMs) : everyMs);
  }
  throw new Detached(`Nothing watches ${input.plan.branch} until this is started again.`);
}

/** `ours`: nothing since `last` but this run's own ops, and commits that leave the plan file alone. */
async function look(
  git: Git,
  input: WatchPlanInput,
  last: CommitSha,
): Promise<Watched | { readonly kind: 'ours'; readonly tip: CommitSha } | 'unreachable'> {
  try {
    return await compare(git, input, last);
  } catch (error) {
    // The publisher says it where it matters; here it only means to ask again.
    if (error instanceof RemoteUnreachable) return 'unreachable';
    throw error;
  }
}

async function compare(
  git: Git,
  { plan, run }: WatchPlanInput,
  last: CommitSha,
): Promise<Watched | { readonly kind: 'ours'; readonly tip: CommitSha }> {
  const tip = await git.tip(plan.branch);
  if (tip === undefined) return { kind: 'refused', why: 'branch-missing', detail: branchMissing(git, plan) };
  if (tip === last) return { kind: 'ours', tip };
  await git.fetch(tip);
  if (!(await git.isAncestor(last, tip))) {
    const detail = `Branch ${plan.branch} of ${git.remote} was rewritten: it does not contain ${last.slice(0, 12)} any more.`;
    return { kind: 'refused', why: 'rewritten', detail };
  }
  const range = { after: last, upTo: tip };
  const foreign = foreignOwner(await ownershipIn(git, run, range), run);
  if (foreign !== undefined) return { kind: 'refused', why: 'foreign-run', detail: foreign };
  return (await foreignCommits(git, plan, run, range)).length > 0 ? { kind: 'changed', tip } : { kind: 'ours', tip };
}
