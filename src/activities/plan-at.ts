/** The plan file at a commit: read and checked once per commit, for as long as one activity looks at it. */
import type { Git } from '../adapters/git/port.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { CommitSha } from '../domain/ids.ts';
import { parsePlan, type ParsedPlan } from '../plan-format/parse-plan.ts';

export type PlanAt = ParsedPlan | { readonly kind: 'missing'; readonly detail: string };

export type ReadPlan = (commit: CommitSha) => Promise<PlanAt>;

/** For one call of one activity: it keeps every version it has read. The commit must be in the cache. */
export function planReader(git: Git, plan: PlanSettings): ReadPlan {
  const known = new Map<CommitSha, Promise<PlanAt>>();
  return (commit) => {
    const present = known.get(commit) ?? readAt(git, plan, commit);
    known.set(commit, present);
    return present;
  };
}

async function readAt(git: Git, plan: PlanSettings, commit: CommitSha): Promise<PlanAt> {
  const file = await git.read(commit, plan.path);
  if (file === undefined) {
    return { kind: 'missing', detail: `There is no file ${plan.path} on branch ${plan.branch} of ${git.remote}.` };
  }
  if (file.mode === '120000') {
    const detail = `${plan.path} on branch ${plan.branch} of ${git.remote} is a symbolic link, expected a file.`;
    return { kind: 'missing', detail };
  }
  return parsePlan({ path: plan.path, bytes: file.bytes }, plan.format);
}

/** A file that is not there, as the problem that stands where its first line would. */
export function missingPlan(plan: PlanSettings, detail: string): Diagnostic {
  return {
    file: plan.path,
    line: 1,
    column: 1,
    length: 1,
    severity: 'error',
    code: 'plan-missing',
    message: detail,
    advice: 'put the file back; the run waits for it',
  };
}
