/** The plan at the tip of its branch: phases and counts for the run, or one phase's rows in pages for the phase. Reads only. */
import type { Git } from '../adapters/git/port.ts';
import type { OutlineSeen, PhaseOutline, PlanSeen, ReadPhaseInput } from '../contracts/activities.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import type { CommitSha } from '../domain/ids.ts';
import type { Phase, PlanChange, Task } from '../domain/plan.ts';
import { isSatisfied } from '../domain/row-status.ts';
import { parseTrailers } from '../plan-format/commit-message.ts';
import { planChanges } from '../plan-format/plan-changes.ts';
import { missingPlan, planReader, type ReadPlan } from './plan-at.ts';
import { planCommits } from './plan-commits.ts';
import type { Ports } from './ports.ts';
import { rowHistories } from './row-history.ts';

/** A payload of 256 KB is Temporal's limit for comfort; the rest of the answer needs some of it. */
const pageBytesMax = 190_000;

export async function readOutline(
  ports: Pick<Ports, 'git'>,
  { plan }: { readonly plan: PlanSettings },
): Promise<OutlineSeen> {
  const git = ports.git(plan.remote);
  const tip = await git.tip(plan.branch);
  if (tip === undefined) return { kind: 'missing', detail: branchMissing(git, plan) };
  await git.fetch(tip);
  const read = await planReader(git, plan)(tip);
  if (read.kind === 'missing') return read;
  if (read.kind === 'invalid') return { kind: 'invalid', tip, diagnostics: read.diagnostics };
  const phases = read.plan.phases.map(outline);
  const open = phases.find((phase) => phase.satisfied < phase.tasks);
  return { kind: 'valid', tip, phases, ...(open === undefined ? {} : { open: open.id }) };
}

function outline({ id, title, tasks }: Phase): PhaseOutline {
  return { id, title, satisfied: tasks.filter(({ status }) => isSatisfied(status)).length, tasks: tasks.length };
}

/** All pages of one reading are at one tip: `at` of the following ones. */
export async function readPhase(ports: Pick<Ports, 'git'>, input: ReadPhaseInput): Promise<PlanSeen> {
  const { plan } = input;
  const git = ports.git(plan.remote);
  const newest = await git.tip(plan.branch);
  if (newest === undefined) return { kind: 'refused', why: 'branch-missing', detail: branchMissing(git, plan) };
  await git.fetch(newest);
  const tip = input.at ?? newest;
  if (!(await git.isAncestor(tip, newest))) {
    const detail = `Branch ${plan.branch} of ${git.remote} was rewritten: it does not contain ${tip.slice(0, 12)} any more.`;
    return { kind: 'refused', why: 'rewritten', detail };
  }
  const reader = planReader(git, plan);
  const read = await reader(tip);
  if (read.kind === 'missing') return { kind: 'invalid', tip, diagnostics: [missingPlan(plan, read.detail)] };
  if (read.kind === 'invalid') return { kind: 'invalid', tip, diagnostics: read.diagnostics };
  const phase = read.plan.phases.find(({ id }) => id === input.phase);
  const tasks = phase?.tasks.slice(input.page ?? 0) ?? [];
  const remotes = [...new Set([plan.remote, ...(input.remotes ?? [])])].map((remote) => ports.git(remote));
  const fitting = fits(tasks);
  const histories = await rowHistories({ git, plan, tip, read: reader, remotes }, fitting);
  return {
    kind: 'valid',
    tip,
    title: phase?.title ?? '',
    tasks: fitting,
    histories,
    changes: await changesSince(git, input, tip, reader),
    ...(fitting.length < tasks.length ? { nextPage: (input.page ?? 0) + fitting.length } : {}),
  };
}

/** Commit by commit, so that what this program wrote in between is nobody's change. */
async function changesSince(
  git: Git,
  { plan, since }: ReadPhaseInput,
  tip: CommitSha,
  read: ReadPlan,
): Promise<readonly PlanChange[]> {
  if (since === undefined || since === tip || !(await git.isAncestor(since, tip))) return [];
  const changes: PlanChange[] = [];
  for (const { commit, parents, message } of (await planCommits(git, plan, { after: since, upTo: tip })).toReversed()) {
    const [parent] = parents;
    if (parent === undefined || parseTrailers(message).ops.length > 0) continue;
    const [before, after] = [await read(parent), await read(commit)];
    if (before.kind !== 'valid' || after.kind !== 'valid') continue;
    changes.push(...planChanges(before.document, after.document));
  }
  return changes.slice(-changesMax);
}

/** The newest count; a page has room for that many. */
const changesMax = 200;

/** What a row's history may add to the page. */
const historyBytes = 300;

/** The first rows whose text fits a page; always one, so that reading goes on. */
function fits(tasks: readonly Task[]): readonly Task[] {
  let bytes = 0;
  const end = tasks.findIndex((task) => {
    bytes += Buffer.byteLength(JSON.stringify(task)) + historyBytes;
    return bytes > pageBytesMax;
  });
  return end < 0 ? tasks : tasks.slice(0, Math.max(end, 1));
}

export function branchMissing(git: Git, plan: { readonly branch: string }): string {
  return `Branch ${plan.branch} of ${git.remote} is missing; it holds the plan.`;
}
