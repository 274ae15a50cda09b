/** The branch that new work starts from: the configured one, else `develop` if the remote has it, else the remote's default branch. Spec 6.3. */
import type { Git } from '../adapters/git/port.ts';
import type { PlanSettings, RepoSettings } from '../contracts/run-settings.ts';
import type { CommitSha } from '../domain/ids.ts';

export interface BaseBranch {
  readonly branch: string;
  readonly tip: CommitSha;
}

/** Undefined when the remote has no such branch. */
export async function findBase(
  git: Git,
  input: { readonly plan: PlanSettings; readonly repo: RepoSettings },
): Promise<BaseBranch | undefined> {
  // The plan's base is a branch of the plan's repository.
  const named = input.repo.base ?? (input.repo.remote === undefined ? input.plan.baseBranch : undefined);
  if (named !== undefined) return atTip(git, named);
  const develop = await atTip(git, 'develop');
  if (develop !== undefined) return develop;
  const branch = await git.defaultBranch();
  return branch === undefined ? undefined : atTip(git, branch);
}

async function atTip(git: Git, branch: string): Promise<BaseBranch | undefined> {
  const tip = await git.tip(branch);
  return tip === undefined ? undefined : { branch, tip };
}
