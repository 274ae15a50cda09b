/** How a run ends for the world: its ownership given back, its refs removed, its report written, people told. What cannot be done then is said in the summary, and holds up nothing. */
import type { PhaseOutline } from '../contracts/activities.ts';
import type { PlanRunEnd, PlanRunInput } from '../contracts/workflows.ts';
import type { Notice, PhaseEnd } from '../domain/decide/commands.ts';
import type { RunState } from '../domain/decide/state.ts';
import type { RunId } from '../domain/ids.ts';
import { type RunEnding, runSummary } from '../views/run-summary.ts';
import { lossOf } from './activity-failure.ts';
import { now } from './now.ts';
import { besideActivity } from './proxies.ts';
import { remotesOf } from './step-input.ts';

/** `state` is undefined when the plan was never read. */
export type RunOver = { readonly state: RunState | undefined; readonly phases: readonly PhaseOutline[] } & RunEnding;

export async function finishRun(input: PlanRunInput, run: RunId, over: RunOver): Promise<PlanRunEnd> {
  const { settings } = input;
  const kind = over.kind === 'lost' ? 'refused' : over.kind;
  const summary = runSummary(over, over.phases);
  if (over.state?.ownership === 'published' && isOursStill(over)) await giveBack(input, over.state);
  const report = await attempt(
    besideActivity('writeReport', { plan: settings.plan, run, end: kind, summary }, 'writes the report'),
  );
  const notice: Notice = { about: aboutOf(kind), key: `${run}:end`, text: summary };
  await attempt(besideActivity('notify', { settings: settings.notify, notice }, 'tells that the run has ended'));
  return { kind, run, summary, ...(report === undefined ? {} : { report: report.path }) };
}

/** The end commit, then the refs that only a running run needs. */
async function giveBack({ settings }: PlanRunInput, state: RunState): Promise<void> {
  const { plan, refs } = settings;
  const end = { plan, run: state.run, ownership: { kind: 'end' }, at: now(), tip: state.tip, transitions: [] } as const;
  await attempt(besideActivity('publish', end, 'run ends'));
  const remotes = remotesOf(settings);
  await attempt(besideActivity('removeRefs', { plan, run: state.run, refs, remotes }, 'removes refs of the run'));
}

/** Who lost the plan to another run, or to a rewritten branch, writes nothing more. */
function isOursStill(over: RunOver): boolean {
  return over.kind !== 'refused' || over.why === 'conflict' || over.why === 'base-red';
}

function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    lossOf(error);
    return undefined;
  });
}

function aboutOf(kind: PhaseEnd['kind']): Notice['about'] {
  if (kind === 'deadlocked') return 'deadlock';
  if (kind === 'finished-with-failures') return 'failed';
  return kind === 'refused' ? 'refused' : 'done';
}
