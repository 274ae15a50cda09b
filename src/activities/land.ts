/**
 * `land`: an attempt's commits onto the task's branch, with a record, in one atomic push. Spec 7.
 *   G1 At most one attempt of a task ever lands: the record is create-only and goes with the branch. Who finds it returns its commit.
 *   G2 What lands is exactly what green gates were seen on; a rebase over anything but the plan file is `moved`, to be gated first.
 *   G3 Nothing is forced: the branch has a lease on the tip that was looked at, and a refusal is a failure a person must lift.
 */
import type { Git } from '../adapters/git/port.ts';
import { CommitUnknown } from '../adapters/git/port.ts';
import type { LandInput } from '../contracts/activities.ts';
import { refNames } from '../contracts/names.ts';
import { crashPoint } from '../crash-point.ts';
import { type CommitSha, commitSha, isCommitSha } from '../domain/ids.ts';
import type { StepEnd } from '../domain/step.ts';
import { changesOnlyPlan, combine, type Landing, movedByOthers, ownCommits, rewritten, unfit } from './landing.ts';
import type { Ports } from './ports.ts';
import { done, pushLoop, type Turn } from './push-loop.ts';
import { remoteOf } from './repo-folder.ts';
import type { ActivityScope } from './scope.ts';
import { failed, heartbeatOf } from './step-ends.ts';

export type LandPorts = Pick<Ports, 'git' | 'host' | 'workspaces' | 'log'>;

export async function land(ports: LandPorts, input: LandInput, scope: ActivityScope): Promise<StepEnd> {
  const git = ports.git(remoteOf(input));
  const beat = heartbeatOf(ports, input.key);
  const end = await pushLoop(scope, {
    branch: `${git.remote} ${input.task.branch}`,
    turn: () => oneTurn(ports, git, input),
    beat: (line) => scope.heartbeat({ ...beat, line, tokens: 0 }),
  });
  ports.log.info('land', { key: input.key, commit: input.commit, end: end.kind });
  return end;
}

async function oneTurn(ports: LandPorts, git: Git, input: LandInput): Promise<Turn<StepEnd>> {
  const landed = await recorded(git, input);
  if (landed !== undefined) return done({ kind: 'landed', commit: landed });
  if (!(await bring(ports, git, input))) return done(failed({ reason: 'workspace-lost', host: ports.host.id }));
  const { base, commit } = input;
  if (!(await git.isAncestor(base, commit))) return done(failed({ reason: 'commit-not-on-base', commit, base }));
  const tip = await git.tip(input.task.branch);
  if (tip !== undefined) await git.fetch(tip);
  const landing = { git, input, tip };
  const own = await ownCommits(landing);
  const failure = (await unfit(landing, own)) ?? (await rewritten(landing, await branchAtStart(ports, input)));
  if (failure !== undefined) return done(failed(failure));
  if (tip === undefined || (await git.isAncestor(tip, input.commit)))
    return push(git, input, { tip, to: input.commit });
  if (await git.isAncestor(input.commit, tip)) return push(git, input, { tip, to: tip, record: input.commit });
  return move(ports, { git, input, tip }, own);
}

/** A record of this task: an attempt of it has landed, this one or another. */
async function recorded(git: Git, input: LandInput): Promise<CommitSha | undefined> {
  const name = recordOf(input);
  return (await git.refs(name)).find(({ ref }) => ref === name)?.commit;
}

function recordOf({ settings, run, task, reopened }: LandInput): string {
  return refNames.landed(settings.refs, run, task.id, reopened);
}

/** The commit into the cache: from the attempt's ref, else from the workspace. */
async function bring(ports: LandPorts, git: Git, input: LandInput): Promise<boolean> {
  try {
    await git.fetch(input.commit);
    return true;
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error;
    return git.fetchFrom(ports.workspaces.ofTask(input.plan.id, input.task.id).code, input.commit);
  }
}

/** Where the branch was when the attempt began, as its workspace's mark says; once it has moved, the base is where it was. */
async function branchAtStart(ports: LandPorts, input: LandInput): Promise<CommitSha | undefined> {
  const mark = await ports.workspaces.mark(ports.workspaces.ofTask(input.plan.id, input.task.id));
  if (mark?.run !== input.run) return undefined;
  if (mark.base !== input.base) return input.base;
  return mark.branchTip !== undefined && isCommitSha(mark.branchTip) ? commitSha(mark.branchTip) : undefined;
}

async function move(
  ports: LandPorts,
  landing: Landing & { readonly tip: CommitSha },
  own: Awaited<ReturnType<typeof ownCommits>>,
): Promise<Turn<StepEnd>> {
  const { git, input, tip } = landing;
  const combined = await combine(landing, own);
  if (combined.kind === 'conflict') {
    const { branch } = input.task;
    return done(failed({ reason: 'landing-conflict', paths: combined.paths.slice(0, pathsMax), branch }));
  }
  if (await changesOnlyPlan(landing)) return push(git, input, { tip, to: combined.commit });
  await keep(ports, git, input, combined.commit);
  return done({ kind: 'moved', tip, combined: combined.commit, byOthers: await movedByOthers(landing) });
}

/** More names than this help nobody, and a failure is carried in history. */
const pathsMax = 50;

/** The combined commit is nowhere but in this host's cache: the attempt's ref keeps it for the gates, whichever host runs them. */
async function keep(ports: LandPorts, git: Git, input: LandInput, commit: CommitSha): Promise<void> {
  const { settings, run, task, attempt } = input;
  const ref = refNames.attempt(settings.refs, run, task.id, attempt);
  const outcome = await git.push([{ ref, to: commit, expected: 'any' }]);
  if (outcome.kind !== 'pushed')
    ports.log.warn('combined commit kept on this host only', { ref, outcome: outcome.kind });
}

/** Branch and record, both or none. A branch that has the commits already needs only the record. */
async function push(
  git: Git,
  input: LandInput,
  {
    tip,
    to,
    record = to,
  }: { readonly tip: CommitSha | undefined; readonly to: CommitSha; readonly record?: CommitSha },
): Promise<Turn<StepEnd>> {
  const { branch } = input.task;
  crashPoint('CP16');
  const outcome = await git.push([
    ...(tip === to ? [] : [{ ref: `refs/heads/${branch}`, to, expected: tip ?? ('absent' as const) }]),
    { ref: recordOf(input), to: record, expected: 'absent' as const },
  ]);
  crashPoint('CP17');
  switch (outcome.kind) {
    case 'pushed':
      return done({ kind: 'landed', commit: record });
    case 'refused':
      return done(failed({ reason: 'push-refused', branch, text: outcome.text }));
    case 'moved':
      return { kind: 'again', why: `another writer moved ${branch}` };
    case 'unknown':
      return { kind: 'again', why: outcome.text };
  }
}
