/** Commits of the plan branch, told apart: ops of a run, and what everybody else did to the plan file. */
import type { Git, LoggedCommit } from '../adapters/git/port.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import type { CommitSha, RunId } from '../domain/ids.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';
import { parseOpId } from '../domain/ids.ts';

export interface Range {
  readonly after: CommitSha;
  readonly upTo: CommitSha;
}

/** Commits that touch the plan file, newest first. */
export function planCommits(git: Git, plan: PlanSettings, range: Range): Promise<readonly LoggedCommit[]> {
  return range.after === range.upTo ? Promise.resolve([]) : git.log({ ...range, path: plan.path });
}

/** An op of this run, by its trailer. That it makes the change it names is asked where that matters. */
export function isOpOf(run: RunId, commit: LoggedCommit): boolean {
  const { ops } = parseTrailers(commit.message);
  return ops.length > 0 && ops.every((op) => parseOpId(op)?.run === run);
}

/** Commits by anybody but this run that touch the plan file. */
export async function foreignCommits(
  git: Git,
  plan: PlanSettings,
  run: RunId,
  range: Range,
): Promise<readonly LoggedCommit[]> {
  return (await planCommits(git, plan, range)).filter((commit) => !isOpOf(run, commit));
}
