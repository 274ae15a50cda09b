/**
 * The agent's claim against the commits: the result has no authority. Gathers facts from the clone without running git
 * in it, then decides. C1 what lands descends from the base; C2 it never touches the plan; C3 no commit message of it
 * can pass for one of Tallyman's; C4 the same work gives the same commit, however often it is looked at.
 */
import type { ResultBlock } from '../adapters/agent/port.ts';
import type { Git } from '../adapters/git/port.ts';
import type { RunAgentInput } from '../contracts/activities.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { Failure } from '../domain/failure.ts';
import { type CommitSha, isCommitSha } from '../domain/ids.ts';
import { err, ok, type Result } from '../domain/result.ts';

export interface Work {
  readonly git: Git;
  readonly clone: string;
  readonly input: RunAgentInput;
  /** When the agent ended: date of what Tallyman commits for it. */
  readonly endedAt: string;
}

/** The commit to gate; undefined when the agent changed nothing and says so. */
export async function checkWork(work: Work, block: ResultBlock): Promise<Result<CommitSha | undefined, Failure>> {
  const { git, clone, input } = work;
  const { base } = input;
  const head = await git.headOf(clone);
  if (head === undefined || !(await git.fetchFrom(clone, head))) {
    return err({ reason: 'commit-missing', base, ...(block.commit === undefined ? {} : { claimed: block.commit }) });
  }
  if (!(await git.isAncestor(base, head))) return err({ reason: 'commit-not-on-base', commit: head, base });
  const claimed = await claimedCommit(work, head, block.commit);
  if (!claimed.ok) return claimed;
  // A claim beside HEAD is the agent's word on which of its branches counts; the files belong to HEAD.
  const commit = claimed.value ?? (await withLeftovers(work, head));
  if (commit === base) return ok(undefined);
  const refusal = await refusalOf(work, commit);
  return refusal === undefined ? ok(commit) : err(refusal);
}

/** Undefined: HEAD has all that is claimed. */
async function claimedCommit(
  work: Work,
  head: CommitSha,
  claim: string | undefined,
): Promise<Result<CommitSha | undefined, Failure>> {
  const { git, clone, input } = work;
  const { base } = input;
  if (claim === undefined) return ok(undefined);
  const missing: Failure = { reason: 'commit-missing', claimed: oneLine(claim, 60), base };
  const name = claim.toLowerCase();
  if (!/^[0-9a-f]{4,40}$/.test(name)) return err(missing);
  const known = [base, ...(await git.log({ after: base, upTo: head, max: commitsMax })).map(({ commit }) => commit)];
  if (known.some((commit) => commit.startsWith(name))) return ok(undefined);
  if (!isCommitSha(name) || !(await git.fetchFrom(clone, name))) return err(missing);
  // Older than the base: nothing new is claimed.
  if (await git.isAncestor(name, head)) return ok(undefined);
  return (await git.isAncestor(base, name))
    ? ok(name)
    : err({ reason: 'commit-not-on-base', commit: name, claimed: claim, base });
}

/** HEAD, or a commit on it of what the agent left uncommitted. */
async function withLeftovers(work: Work, head: CommitSha): Promise<CommitSha> {
  const { commitType, commitAuthor } = work.input.settings;
  const { id, description } = work.input.task;
  const message = `${commitType}(${id}): ${oneLine(description, subjectMax)}\n`;
  const commit = { message, at: work.endedAt, author: commitAuthor };
  return (await work.git.commitDirectory(work.clone, head, commit)) ?? head;
}

const subjectMax = 60;
/** More commits than this in one attempt are no work of one task; older ones are still landed, just not looked at by name. */
const commitsMax = 1000;

async function refusalOf({ git, input }: Work, commit: CommitSha): Promise<Failure | undefined> {
  const { base, plan, repo } = input;
  const range = { after: base, upTo: commit };
  if (repo.remote === undefined || repo.remote === plan.remote) {
    const touches = await git.log({ ...range, path: plan.path, max: 1 });
    const paths =
      touches.length > 0 ? [plan.path] : (await git.changedPaths(range)).filter((path) => path === plan.path);
    if (paths.length > 0) return { reason: 'plan-file-touched', paths };
  }
  const [forged] = await git.log({ ...range, grep: 'Tallyman-', max: 1 });
  if (forged === undefined) return undefined;
  return {
    reason: 'result-invalid',
    text: `the message of commit ${forged.commit.slice(0, 12)} has a line that begins with "Tallyman-", which only Tallyman writes: amend it`,
  };
}
