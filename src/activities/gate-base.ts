/** The gates of a repository on the tip of its base branch, before anything is claimed there: a red base would make every task look failed. Spec 7.1. */
import type { GateBaseInput } from '../contracts/activities.ts';
import type { Failure } from '../domain/failure.ts';
import { commitSha, type CommitSha } from '../domain/ids.ts';
import type { Verdict } from '../domain/step.ts';
import { findBase } from './base-branch.ts';
import { type ChosenGate, gatesOf } from './default-gates.ts';
import { type GateStep, makeGateClone, placeName } from './gate-clone.ts';
import { judgeGates } from './judge-gates.ts';
import type { Ports } from './ports.ts';
import { foldersOf, remoteOf } from './repo-folder.ts';
import { StepOver } from './run-program.ts';
import { type ActivityScope, Detached } from './scope.ts';
import { heartbeatOf, whileBeating } from './step-ends.ts';
import { withSlot } from './with-slot.ts';

export interface GatedBase {
  /** Missing when the remote has no base branch. */
  readonly commit?: CommitSha;
  readonly verdicts: readonly Verdict[];
}

export async function gateBase(ports: Ports, input: GateBaseInput, scope: ActivityScope): Promise<GatedBase> {
  const { key, plan, repo } = input;
  const git = ports.git(remoteOf(input));
  const heartbeat = heartbeatOf(ports, key);
  const began = (await ports.supervisor.find(`${key}/`)).some(({ alive }) => alive);
  const beat = { ...heartbeat, line: 'fetches the base', tokens: 0 };
  const commit = await whileBeating(scope, beat, () => baseCommit(ports, input, began));
  if (commit === undefined) return { verdicts: [] };
  const step: GateStep = { key, plan: plan.id, git, repo, commit, graceMs: input.killGraceMs };
  const gates = await chooseGates(step);
  if (gates.length === 0) return { commit, verdicts: [] };
  const use = { kind: 'gates' as const, heartbeat, wait: !began };
  const verdicts = await withSlot(ports, scope, use, () => judgeBase(ports, scope, step, gates)).catch(asFault);
  if (verdicts === 'killed') throw new Detached('The check of the base was cancelled.');
  return { commit, verdicts };
}

/** What is being gated, when a gate lives still; else the tip as it is, gated from the beginning. */
async function baseCommit(ports: Ports, input: GateBaseInput, began: boolean): Promise<CommitSha | undefined> {
  const { key, plan } = input;
  const place = await ports.workspaces.forGates(plan.id, placeName(key));
  if (began && place.commit !== undefined) return commitSha(place.commit);
  await ports.supervisor.forget(`${key}/`);
  await place.remove();
  const git = ports.git(remoteOf(input));
  const base = await findBase(git, input);
  if (base !== undefined) await git.fetch(base.tip);
  return base?.tip;
}

/** The first folder that gives gates: without a clone, what is in the commit is known by its files. */
async function chooseGates({ git, commit, repo }: GateStep): Promise<readonly ChosenGate[]> {
  const folders = foldersOf(repo);
  for (const folder of folders) {
    if (folder !== '' && (await git.read(commit, `${folder}/package.json`)) === undefined) continue;
    return gatesOf(git, { base: commit, repo, folder });
  }
  return gatesOf(git, { base: commit, repo, folder: folders[0] ?? '' });
}

async function judgeBase(
  ports: Ports,
  scope: ActivityScope,
  step: GateStep,
  gates: readonly ChosenGate[],
): Promise<readonly Verdict[]> {
  const made = await makeGateClone(ports, scope, step);
  const verdicts =
    'failure' in made
      ? [setUpErrored(made.failure)]
      : await judgeGates(ports, scope, step, { clone: made.directory, gates });
  await (await ports.workspaces.forGates(step.plan, placeName(step.key))).remove();
  return verdicts;
}

function setUpErrored(failure: Failure): Verdict {
  return { gate: 'setup', kind: 'errored', durationMs: 0, failure };
}

/** A gate that vanished says nothing about the base: the activity is run again. */
function asFault(error: unknown): never {
  if (!(error instanceof StepOver)) throw error;
  throw error.end === 'killed'
    ? new Detached('The check of the base was cancelled.')
    : new Error('A gate of the base vanished without an exit (a restart of the host?). It is run again.', {
        cause: error,
      });
}
