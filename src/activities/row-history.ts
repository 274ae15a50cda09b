/**
 * What git says of rows beyond their cells: attempts given, times reopened, whose claim an `in-progress` is, and whether
 * its work has landed. From the exact trailers and the landed records, never from local files. Spec 5.1, 7.2.
 */
import type { Git, LoggedCommit } from '../adapters/git/port.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import { type RefsWhere, refNames } from '../contracts/names.ts';
import { type CommitSha, type OpIdParts, parseOpId, type RunId, type TaskId } from '../domain/ids.ts';
import type { RowHistory, Task } from '../domain/plan.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';
import { changedCells, statusOf } from '../plan-format/row-at.ts';
import type { ReadPlan } from './plan-at.ts';

export interface HistoryInput {
  readonly git: Git;
  readonly plan: PlanSettings;
  readonly tip: CommitSha;
  readonly read: ReadPlan;
  /** The port of each remote on which tasks may land; the plan's own is one of them. */
  readonly remotes: readonly Git[];
}

interface Op {
  readonly parts: OpIdParts;
  readonly commit: CommitSha;
}

/** By task id; rows that no commit of Tallyman touched are left out. */
export async function rowHistories(
  input: HistoryInput,
  tasks: readonly Task[],
): Promise<Readonly<Record<string, RowHistory>>> {
  const opsOf = await opsByTask(input);
  const listing = listedOnce();
  const histories: Record<string, RowHistory> = {};
  for (const task of tasks) {
    const ops = opsOf.get(task.id);
    if (ops === undefined) continue;
    const history: RowHistory = {
      attempts: Math.max(...ops.map(({ parts }) => parts.attempt)),
      reopened: Math.max(...ops.map(({ parts }) => parts.reopened)),
    };
    const claim = task.status === 'in-progress' ? await claimOf(input, task.id, ops) : undefined;
    const landed =
      claim === undefined
        ? undefined
        : await landedOf(listing, input, { task, run: claim, reopened: history.reopened });
    histories[task.id] = {
      ...history,
      ...(claim === undefined ? {} : { claimedBy: claim }),
      ...(landed === undefined ? {} : { landed }),
    };
  }
  return histories;
}

type Listing = (git: Git, prefix: string) => ReturnType<Git['refs']>;

/** Asks a remote for the records of a run once, however many rows are in progress. */
function listedOnce(): Listing {
  const asked = new Map<string, ReturnType<Git['refs']>>();
  return (git, prefix) => {
    const key = `${git.remote} ${prefix}`;
    const answer = asked.get(key) ?? git.refs(prefix);
    asked.set(key, answer);
    return answer;
  };
}

/** Newest first. */
async function opsByTask({ git, tip }: HistoryInput): Promise<ReadonlyMap<TaskId, readonly Op[]>> {
  const found = new Map<TaskId, Op[]>();
  for (const { commit, message } of await git.log({ upTo: tip, grep: 'Tallyman-Op: ' })) {
    for (const op of parseTrailers(message).ops) {
      const parts = parseOpId(op);
      if (parts === undefined) continue;
      const ops = found.get(parts.task) ?? [];
      found.set(parts.task, [...ops, { parts, commit }]);
    }
  }
  return found;
}

/** The run whose op left the row `in-progress`; undefined when a person set it so afterwards. */
async function claimOf(input: HistoryInput, task: TaskId, ops: readonly Op[]): Promise<RunId | undefined> {
  const [newest] = ops;
  if (newest === undefined) return undefined;
  const left = await input.read(newest.commit);
  if (left.kind !== 'valid' || statusOf(left.document, task) !== 'in-progress') return undefined;
  for (const commit of await input.git.log({ after: newest.commit, upTo: input.tip, path: input.plan.path })) {
    if (parseTrailers(commit.message).ops.length === 0 && (await setsStatus(input, commit, task))) return undefined;
  }
  return newest.parts.run;
}

async function setsStatus(input: HistoryInput, commit: LoggedCommit, task: TaskId): Promise<boolean> {
  const [parent] = commit.parents;
  if (parent === undefined) return false;
  const [before, after] = [await input.read(parent), await input.read(commit.commit)];
  if (before.kind !== 'valid' || after.kind !== 'valid') return false;
  return changedCells(before.document, after.document, task).includes('status');
}

/** A record proves the landing; its commit must still be on the branch, unless that is gone, merged and deleted. */
async function landedOf(
  listing: Listing,
  { remotes }: HistoryInput,
  { task, run, reopened }: { readonly task: Task; readonly run: RunId; readonly reopened: number },
): Promise<CommitSha | undefined> {
  for (const git of remotes) {
    for (const where of ['refs', 'branches'] satisfies RefsWhere[]) {
      const name = refNames.landed(where, run, task.id, reopened);
      const record = (await listing(git, refNames.landings(where, run))).find(({ ref }) => ref === name);
      if (record !== undefined && (await isOnBranch(git, task.branch, record.commit))) return record.commit;
    }
  }
  return undefined;
}

async function isOnBranch(git: Git, branch: string, commit: CommitSha): Promise<boolean> {
  const tip = await git.tip(branch);
  if (tip === undefined) return true;
  await git.fetch(tip);
  return git.isAncestor(commit, tip);
}
