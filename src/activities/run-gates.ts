/**
 * Runs the gates of a task's repository on exactly the commit that will land: in a fresh clone, never in the folder the
 * agent worked in (unless the repository asks for that). G1 verdicts are about `commit` and no other; G2 a gate run that
 * is taken up again goes on in its clone; G3 which gates there are is read at the base, which the agent did not write.
 */
import type { RunGatesInput } from '../contracts/activities.ts';
import { crashPoint } from '../crash-point.ts';
import type { StepEnd } from '../domain/step.ts';
import { type ChosenGate, gatesOf } from './default-gates.ts';
import { type GateStep, makeGateClone, placeName } from './gate-clone.ts';
import { haveCommit } from './have-commit.ts';
import { judgeGates } from './judge-gates.ts';
import type { Ports } from './ports.ts';
import { findFolder, foldersOf, remoteOf } from './repo-folder.ts';
import { StepOver } from './run-program.ts';
import type { ActivityScope } from './scope.ts';
import { failed, heartbeatOf, stepOver, whileBeating } from './step-ends.ts';
import { withSlot } from './with-slot.ts';

export async function runGates(ports: Ports, input: RunGatesInput, scope: ActivityScope): Promise<StepEnd> {
  const { key, plan, repo, commit, settings } = input;
  const git = ports.git(remoteOf(input));
  const step: GateStep = { key, plan: plan.id, git, repo, commit, graceMs: settings.killGraceMs };
  const beat = { ...heartbeatOf(ports, key), line: 'fetches the commit to gate', tokens: 0 };
  const gates = await whileBeating(scope, beat, () => chooseGates(ports, input, git));
  if (gates.length === 0) return { kind: 'gated', commit, verdicts: [] };
  const began = (await ports.supervisor.find(`${key}/`)).length > 0;
  const use = { kind: 'gates' as const, heartbeat: heartbeatOf(ports, key), wait: !began };
  try {
    const end = await withSlot(ports, scope, use, () => gateCommit(ports, input, scope, { step, gates }));
    return end === 'killed' ? { kind: 'killed' } : end;
  } catch (error) {
    if (!(error instanceof StepOver)) throw error;
    await removePlace(ports, step);
    return stepOver(error);
  }
}

/** Both commits are brought in first: the gates are chosen at the base. */
async function chooseGates(ports: Ports, input: RunGatesInput, git: GateStep['git']): Promise<readonly ChosenGate[]> {
  const { code } = ports.workspaces.ofTask(input.plan.id, input.task.id);
  await haveCommit(git, code, input.base);
  await haveCommit(git, code, input.commit);
  const folder = (await findFolder(ports, code, input.repo))?.path ?? foldersOf(input.repo)[0] ?? '';
  return gatesOf(git, { base: input.base, repo: input.repo, folder });
}

async function gateCommit(
  ports: Ports,
  input: RunGatesInput,
  scope: ActivityScope,
  run: { readonly step: GateStep; readonly gates: readonly ChosenGate[] },
): Promise<StepEnd> {
  const { step, gates } = run;
  const own = await agentsClone(ports, input, step);
  const made = own === undefined ? await makeGateClone(ports, scope, step) : { directory: own };
  if ('failure' in made) {
    await removePlace(ports, step);
    return failed(made.failure);
  }
  crashPoint('gates-cloned');
  const verdicts = await judgeGates(ports, scope, step, { clone: made.directory, gates });
  crashPoint('gates-judged');
  await removePlace(ports, step);
  return { kind: 'gated', commit: step.commit, verdicts };
}

/** The folder the agent worked in, when the repository asks for it and it stands at the commit. */
async function agentsClone(ports: Ports, input: RunGatesInput, step: GateStep): Promise<string | undefined> {
  if (input.repo.gateWorkspace !== 'agent') return undefined;
  const { code } = ports.workspaces.ofTask(input.plan.id, input.task.id);
  return (await step.git.headOf(code)) === input.commit ? code : undefined;
}

async function removePlace(ports: Ports, step: GateStep): Promise<void> {
  await (await ports.workspaces.forGates(step.plan, placeName(step.key))).remove();
}
