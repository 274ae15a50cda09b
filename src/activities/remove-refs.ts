/** At the end of a run: its landed records, and its attempt refs, of tasks whose row says done or skipped. Refs of failed tasks stay for a look, records of unfinished ones for the next run. */
import type { Git } from '../adapters/git/port.ts';
import type { RunActivities } from '../contracts/activities.ts';
import { type RefsWhere, refNames } from '../contracts/names.ts';
import { type RunId, runId } from '../domain/ids.ts';
import { isSatisfied } from '../domain/row-status.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';
import { planReader } from './plan-at.ts';
import type { Ports } from './ports.ts';

/** Refs per push: a command line holds that many, and a refusal costs only these. */
const refsPerPush = 50;

export async function removeRefs(
  ports: Pick<Ports, 'git' | 'log'>,
  input: Parameters<RunActivities['removeRefs']>[0],
): Promise<void> {
  const { plan } = input;
  const git = ports.git(plan.remote);
  const tip = await git.tip(plan.branch);
  if (tip === undefined) return;
  await git.fetch(tip);
  const read = await planReader(git, plan)(tip);
  if (read.kind !== 'valid') return;
  const tasks = read.plan.phases.flatMap((phase) => phase.tasks);
  const over = new Set(tasks.filter(({ status }) => isSatisfied(status)).map(({ id }): string => id));
  // Runs that this one took over left theirs; another plan on the same remote has runs of its own.
  const messages = (await git.log({ upTo: tip, grep: 'Tallyman-Run: ' })).map(({ message }) => message);
  const runs = new Set([input.run, ...messages.flatMap((message) => parseTrailers(message).run?.run ?? [])]);
  for (const remote of new Set([plan.remote, ...input.remotes])) {
    const refs = await refsOfRuns(ports.git(remote), input.refs, runs);
    const gone = refs.filter(({ task }) => over.has(task));
    for (let at = 0; at < gone.length; at += refsPerPush) {
      const updates = gone
        .slice(at, at + refsPerPush)
        .map(({ ref, commit }) => ({ ref, to: 'absent' as const, expected: commit }));
      const outcome = await ports.git(remote).push(updates);
      if (outcome.kind !== 'pushed') ports.log.warn('refs left on the remote', { remote, outcome: outcome.kind });
    }
  }
}

interface TaskRef {
  readonly ref: string;
  readonly commit: Awaited<ReturnType<Git['refs']>>[number]['commit'];
  readonly task: string;
}

/** One listing per remote, however many runs there were. */
async function refsOfRuns(git: Git, where: RefsWhere, runs: ReadonlySet<RunId>): Promise<readonly TaskRef[]> {
  const all = refNames.all(where);
  return (await git.refs(all)).flatMap(({ ref, commit }) => {
    const [, run, task] = /^(?:attempts|landed)\/([0-9a-f]{8})\/(.+)\.[ag]\d+$/.exec(ref.slice(all.length)) ?? [];
    return run !== undefined && task !== undefined && runs.has(runId(run)) ? [{ ref, commit, task }] : [];
  });
}
