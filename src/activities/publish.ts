/**
 * `publish`: the only writer of the plan. Looks at the remote's tip, builds one commit per transition on exactly that
 * tip, and pushes with a lease on it; anything but success is another turn. Spec 5.2.
 *   P1 At most once: a push is accepted only on the tip whose history was searched for the op.
 *   P2 At least once: no turn reads anything that a crash could have left behind.
 *   P3 No text of an agent enters a commit message; the file changes in the cells meant and nowhere else.
 */
import type { Git, NewCommit } from '../adapters/git/port.ts';
import type { PublishInput, PublishResult } from '../contracts/activities.ts';
import { crashPoint } from '../crash-point.ts';
import type { PublishConflict } from '../domain/decide/events.ts';
import type { CommitSha, OpId } from '../domain/ids.ts';
import { ownershipMessage, transitionMessage } from '../plan-format/commit-message.ts';
import type { PlanDocument } from '../plan-format/document.ts';
import { foreignOwner, ownershipIn } from './ownership.ts';
import { missingPlan, planReader } from './plan-at.ts';
import { foreignCommits } from './plan-commits.ts';
import type { Ports } from './ports.ts';
import { check, conflictOf, type OnTip } from './publish-checks.ts';
import { branchMissing } from './read-plan.ts';
import { done, pushLoop, type Turn } from './push-loop.ts';
import type { ActivityScope } from './scope.ts';

export async function publish(
  ports: Pick<Ports, 'git' | 'host' | 'log'>,
  input: PublishInput,
  scope: ActivityScope,
): Promise<PublishResult> {
  const git = ports.git(input.plan.remote);
  const result = await pushLoop(scope, {
    branch: `${git.remote} ${input.plan.branch}`,
    turn: () => oneTurn(rememberingLogs(git), input),
    beat: (line) => scope.heartbeat({ task: '', attempt: 0, step: 'publish', host: ports.host.id, line, tokens: 0 }),
  });
  const { kind } = result;
  ports.log.info('published', { run: input.run, kind, transitions: input.transitions.length });
  return result;
}

/** Transitions of one push ask for the same ranges; a commit's history never changes. */
function rememberingLogs(git: Git): Git {
  const known = new Map<string, ReturnType<Git['log']>>();
  return {
    ...git,
    log: (range) => {
      const name = JSON.stringify(range);
      const present = known.get(name) ?? git.log(range);
      known.set(name, present);
      return present;
    },
  };
}

async function oneTurn(git: Git, input: PublishInput): Promise<Turn<PublishResult>> {
  const { plan, run } = input;
  const tip = await git.tip(plan.branch);
  if (tip === undefined) {
    return refused('branch-missing', branchMissing(git, plan));
  }
  await git.fetch(tip);
  const base = await oldestBase(git, input, tip);
  if (base === undefined) {
    return refused(
      'rewritten',
      `Branch ${plan.branch} of ${git.remote} was rewritten: its tip ${tip.slice(0, 12)} does not contain ` +
        `${input.tip.slice(0, 12)}, which this run has seen there.`,
    );
  }
  const owner = await ownershipCommit(git, input, { base, tip });
  if (owner.kind === 'refused') return refused('foreign-run', owner.detail);
  const read = planReader(git, plan);
  const rows = await read(tip);
  if (rows.kind === 'missing' && input.transitions.length > 0) {
    return done({ kind: 'plan-invalid', tip, diagnostics: [missingPlan(plan, rows.detail)] });
  }
  if (rows.kind === 'invalid' && input.transitions.length > 0) {
    return done({ kind: 'plan-invalid', tip, diagnostics: rows.diagnostics });
  }
  const draft: Draft =
    rows.kind === 'valid'
      ? await writeAll({ git, plan, run, tip, read, rows: rows.plan }, input, rows.document)
      : { commits: [], written: [], conflicts: [] };
  return push(git, input, { tip, commits: [...owner.commits, ...draft.commits], draft });
}

function refused(why: (PublishResult & { readonly kind: 'refused' })['why'], detail: string): Turn<PublishResult> {
  return done({ kind: 'refused', why, detail });
}

/** The oldest commit that a search must begin after; undefined when the tip does not contain what the run has seen. */
async function oldestBase(git: Git, input: PublishInput, tip: CommitSha): Promise<CommitSha | undefined> {
  let oldest = input.tip;
  for (const base of new Set([input.tip, ...input.transitions.map((transition) => transition.base)])) {
    if (!(await git.isAncestor(base, tip))) return undefined;
    if (await git.isAncestor(base, oldest)) oldest = base;
  }
  return oldest;
}

type OwnershipCommit =
  | { readonly kind: 'ours'; readonly commits: readonly NewCommit[] }
  | { readonly kind: 'refused'; readonly detail: string };

/** Begin and end look at the whole history, the rest only at what came after the base. */
async function ownershipCommit(
  git: Git,
  input: PublishInput,
  at: { readonly base: CommitSha; readonly tip: CommitSha },
): Promise<OwnershipCommit> {
  const { ownership, run } = input;
  const begin = ownership?.kind === 'begin' ? ownership : undefined;
  const range = ownership === undefined ? { after: at.base, upTo: at.tip } : { upTo: at.tip };
  const seen = at.base === at.tip && ownership === undefined ? {} : await ownershipIn(git, run, range);
  const detail = foreignOwner(seen, run, begin);
  if (detail !== undefined) return { kind: 'refused', detail };
  if (begin !== undefined && seen.own === undefined) return ours(input, { kind: 'begin', home: begin.home });
  if (ownership?.kind === 'end' && seen.own !== undefined && !seen.own.ended) {
    return ours(input, { kind: 'end', home: seen.own.home });
  }
  return { kind: 'ours', commits: [] };
}

function ours(input: PublishInput, what: { readonly kind: 'begin' | 'end'; readonly home: string }): OwnershipCommit {
  const { run, at, plan } = input;
  const message = ownershipMessage({ ...what, run }, { skipCi: plan.skipCi });
  return { kind: 'ours', commits: [{ message, at, author: plan.author }] };
}

interface Draft {
  readonly commits: readonly NewCommit[];
  readonly written: readonly OpId[];
  readonly conflicts: readonly PublishConflict[];
}

/** In order, each on the file as the one before left it. */
async function writeAll(on: OnTip, input: PublishInput, start: PlanDocument): Promise<Draft> {
  const commits: NewCommit[] = [];
  const written: OpId[] = [];
  const conflicts: PublishConflict[] = [];
  let document = start;
  for (const transition of input.transitions) {
    const checked = await check(on, transition, document, conflictOf(conflicts, transition.task));
    if (checked.kind === 'conflict') {
      conflicts.push(checked.conflict);
      continue;
    }
    written.push(transition.op);
    if (checked.kind === 'performed') continue;
    document = checked.document;
    const { path, author, skipCi } = on.plan;
    const bytes = new TextEncoder().encode(document.text);
    const message = transitionMessage(transition, { skipCi });
    commits.push({ message, at: transition.at, author, file: { path, bytes } });
  }
  return { commits, written, conflicts };
}

async function push(
  git: Git,
  input: PublishInput,
  made: { readonly tip: CommitSha; readonly commits: readonly NewCommit[]; readonly draft: Draft },
): Promise<Turn<PublishResult>> {
  const { plan } = input;
  const commits = await git.commit(made.tip, made.commits);
  const to = commits.at(-1) ?? made.tip;
  crashPoint('CP03');
  if (to !== made.tip) {
    const outcome = await git.push([{ ref: `refs/heads/${plan.branch}`, to, expected: made.tip }]);
    crashPoint('CP05');
    if (outcome.kind === 'refused') {
      return refused('protected', `${git.remote} refuses pushes to ${plan.branch}: ${outcome.text}`);
    }
    if (outcome.kind === 'moved') return { kind: 'again', why: `another writer moved ${plan.branch}` };
    if (outcome.kind === 'unknown') return { kind: 'again', why: outcome.text };
  }
  const range = { after: input.tip, upTo: made.tip };
  const changedByOthers = (await foreignCommits(git, plan, input.run, range)).length > 0;
  const { written, conflicts } = made.draft;
  return done({ kind: 'published', tip: to, written, conflicts, changedByOthers });
}
