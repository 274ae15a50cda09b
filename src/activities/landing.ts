/** What is asked of the commits of an attempt before they land: whose are they, are they fit, how do they come onto the tip. Decides nothing of the push. */
import type { Git, LoggedCommit, Rebased } from '../adapters/git/port.ts';
import type { LandInput } from '../contracts/activities.ts';
import { refNames } from '../contracts/names.ts';
import type { Failure } from '../domain/failure.ts';
import type { CommitSha } from '../domain/ids.ts';
import { findBase } from './base-branch.ts';

export interface Landing {
  readonly git: Git;
  readonly input: LandInput;
  /** Of the task's branch; undefined when it is missing. */
  readonly tip: CommitSha | undefined;
}

/** The attempt's own commits, newest first: since its base, without what is on the branch already. */
export async function ownCommits({ git, input, tip }: Landing): Promise<readonly LoggedCommit[]> {
  const { base, commit } = input;
  const since = await git.log({ after: base, upTo: commit });
  if (tip === undefined || since.length === 0) return since;
  const missing = new Set((await git.log({ after: tip, upTo: commit })).map((logged) => logged.commit));
  return since.filter((logged) => missing.has(logged.commit));
}

/** Why these commits must not land; the agent's step has asked the same, but a landing trusts nothing. */
export async function unfit(landing: Landing, own: readonly LoggedCommit[]): Promise<Failure | undefined> {
  const { git, input } = landing;
  const { base, commit, plan, repo } = input;
  const forged = own.find(({ message }) => /^Tallyman-/m.test(message));
  if (forged !== undefined) {
    const text =
      `the message of commit ${forged.commit.slice(0, 12)} has a line that begins with "Tallyman-", ` +
      'which only Tallyman writes: amend it';
    return { reason: 'result-invalid', text };
  }
  if (repo.remote !== undefined && repo.remote !== plan.remote) return undefined;
  const mine = new Set(own.map((logged) => logged.commit));
  const touching = await git.log({ after: base, upTo: commit, path: plan.path });
  return touching.some((logged) => mine.has(logged.commit))
    ? { reason: 'plan-file-touched', paths: [plan.path] }
    : undefined;
}

/** A branch that does not contain what it was when the attempt began: rewritten, or deleted. `started`: its tip then, as far as it is known. */
export async function rewritten(landing: Landing, started: CommitSha | undefined): Promise<Failure | undefined> {
  const { git, input, tip } = landing;
  if (started === undefined) return undefined;
  if (tip !== undefined && (await git.isAncestor(started, tip))) return undefined;
  const { branch } = input.task;
  return { reason: 'branch-rewritten', branch, was: started, ...(tip === undefined ? {} : { is: tip }) };
}

/**
 * The attempt's commits on a tip that is not below them. A base that stands on the branch, or on the branch that work
 * starts from, is left where it is and only the attempt's own commits move. A base made by stacking brings work that the
 * branch does not have: there the two are merged, because leaving it out would land half of what the gates saw.
 */
export async function combine(
  landing: Landing & { readonly tip: CommitSha },
  own: readonly LoggedCommit[],
): Promise<Rebased> {
  const { git, input, tip } = landing;
  const { base, commit, at, task, settings } = input;
  if (await isStacked(landing)) {
    const message = `${settings.commitType}(${task.id}): land on ${task.branch}\n`;
    return git.merge(tip, commit, { message, at, author: settings.commitAuthor });
  }
  const shared = await git.mergeBase(tip, commit);
  const start = shared !== undefined && (await git.isAncestor(base, shared)) ? shared : base;
  const words = own.find(({ parents }) => parents.length === 1)?.message;
  return git.rebase({ base: start, commit }, tip, at, words);
}

async function isStacked({ git, input, tip }: Landing & { readonly tip: CommitSha }): Promise<boolean> {
  if (await git.isAncestor(input.base, tip)) return false;
  const from = await findBase(git, input);
  if (from === undefined) return true;
  await git.fetch(from.tip);
  return !(await git.isAncestor(input.base, from.tip));
}

/** Does what is new on the branch leave everything but the plan file as it was? Then the gates have seen all that matters. */
export async function changesOnlyPlan({ git, input, tip }: Landing & { readonly tip: CommitSha }): Promise<boolean> {
  const { commit, plan, repo } = input;
  if (repo.remote !== undefined && repo.remote !== plan.remote) return false;
  const shared = await git.mergeBase(tip, commit);
  if (shared === undefined || !(await git.isAncestor(input.base, tip))) return false;
  return (await git.changedPaths({ after: shared, upTo: tip })).every((path) => path === plan.path);
}

/** Was the branch moved by anybody but this run's own landings? Status commits of a plan on the same branch count for neither. */
export async function movedByOthers({ git, input, tip }: Landing & { readonly tip: CommitSha }): Promise<boolean> {
  const { settings, run, commit, plan } = input;
  const shared = await git.mergeBase(tip, commit);
  for (const { commit: landed } of await git.refs(refNames.landings(settings.refs, run))) {
    if (!(await git.isAncestor(landed, tip))) continue;
    if (shared !== undefined && (await git.isAncestor(landed, shared))) continue;
    const later = await git.changedPaths({ after: landed, upTo: tip });
    if (later.every((path) => path === plan.path)) return false;
  }
  return true;
}
