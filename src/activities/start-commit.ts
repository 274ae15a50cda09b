/** Where a task starts: the tip of its branch, else the base, with the branches of what it depends on merged in where they are missing. Spec 6.3. */
import type { Git } from '../adapters/git/port.ts';
import type { PrepareInput } from '../contracts/activities.ts';
import type { Failure } from '../domain/failure.ts';
import type { CommitSha } from '../domain/ids.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { findBase } from './base-branch.ts';

/** The commit, whole in the cache. A conflict between the branches is a person's to solve. */
export async function startCommit(
  git: Git,
  input: Pick<PrepareInput, 'plan' | 'repo' | 'task' | 'stackOn' | 'settings'>,
  at: string,
): Promise<Result<CommitSha, Failure>> {
  const { task, repo } = input;
  const tip = (await git.tip(task.branch)) ?? (await findBase(git, input))?.tip;
  if (tip === undefined) return err({ reason: 'repo-missing', repo: repo.name, looked: [`${git.remote} (no branch)`] });
  await git.fetch(tip);
  let start = tip;
  for (const branch of repo.stack ? input.stackOn : []) {
    const merged = await withBranch(git, start, { branch, at, input });
    if (!merged.ok) return merged;
    start = merged.value;
  }
  return ok(start);
}

async function withBranch(
  git: Git,
  start: CommitSha,
  other: { readonly branch: string; readonly at: string; readonly input: Pick<PrepareInput, 'task' | 'settings'> },
): Promise<Result<CommitSha, Failure>> {
  const { branch, at, input } = other;
  const tip = branch === input.task.branch ? undefined : await git.tip(branch);
  // A branch that is not there has nothing to bring: its tasks changed nothing, or its work was merged and it was removed.
  if (tip === undefined) return ok(start);
  await git.fetch(tip);
  if (await git.isAncestor(tip, start)) return ok(start);
  if (await git.isAncestor(start, tip)) return ok(tip);
  const message = `chore(${input.task.id}): merge ${branch} into the start\n`;
  const merged = await git.merge(start, tip, { message, at, author: input.settings.commitAuthor });
  return merged.kind === 'rebased'
    ? ok(merged.commit)
    : err({ reason: 'base-conflict', paths: merged.paths.slice(0, 50), branch });
}
