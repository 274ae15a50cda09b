/** Where gates run: a clone of exactly the commit that will land, made once for a gate run, with the set-up command run in it. Spec 7.1. */
import type { Git } from '../adapters/git/port.ts';
import type { RepoSettings } from '../contracts/run-settings.ts';
import type { Failure } from '../domain/failure.ts';
import { parseStepKey, type CommitSha, type PlanId, stepKey, type StepKey } from '../domain/ids.ts';
import { invariant } from '../domain/result.ts';
import type { Ports } from './ports.ts';
import { type Program, runProgram } from './run-program.ts';
import type { ActivityScope } from './scope.ts';
import { heartbeatOf, whileBeating } from './step-ends.ts';

export interface GateStep {
  readonly key: StepKey;
  readonly plan: PlanId;
  readonly git: Git;
  readonly repo: RepoSettings;
  readonly commit: CommitSha;
  readonly graceMs: number;
}

/** A program of a gate run has a key below the step's own, so that each is adopted or its exit read again. Set-up is 0. */
export function partKey(key: StepKey, part: number): StepKey {
  const parts = parseStepKey(key);
  invariant(parts, `"${key}" is no step key`);
  return stepKey({ ...parts, part });
}

/** Name of the run's place on this host: the step's key without the plan. */
export function placeName(key: StepKey): string {
  return key.split('/').slice(1).join('.');
}

/** Makes the clone, or finds it finished; then its set-up. */
export async function makeGateClone(
  ports: Ports,
  scope: ActivityScope,
  step: GateStep,
): Promise<{ readonly directory: string } | { readonly failure: Failure }> {
  const place = await ports.workspaces.forGates(step.plan, placeName(step.key));
  if (!place.ready) {
    const beat = { ...heartbeatOf(ports, step.key), line: 'clones the commit to gate', tokens: 0 };
    await whileBeating(scope, beat, () => step.git.clone(place.directory, step.commit, {}));
    await place.markReady(step.commit);
  }
  const failure = await setUp(ports, scope, step, place.directory);
  return failure === undefined ? { directory: place.directory } : { failure };
}

async function setUp(
  ports: Ports,
  scope: ActivityScope,
  step: GateStep,
  directory: string,
): Promise<Failure | undefined> {
  const [file, ...args] = step.repo.setup ?? [];
  if (file === undefined) return undefined;
  const program = programOf(ports, step, { part: 0, file, args, directory, timeMs: step.repo.setupTimeoutMs });
  const { exit, evidence } = await runProgram(ports, scope, program);
  if (exit.endedBy === 'itself' && exit.code === 0) return undefined;
  return { reason: 'set-up-failed', command: [file, ...args].join(' '), ...evidence };
}

export function programOf(
  ports: Ports,
  step: GateStep,
  run: Pick<Program, 'file' | 'args' | 'directory' | 'timeMs'> & { readonly part: number },
): Program {
  const { part, ...program } = run;
  return {
    ...program,
    key: partKey(step.key, part),
    heartbeat: heartbeatOf(ports, step.key),
    graceMs: step.graceMs,
    subject: step.commit,
  };
}
