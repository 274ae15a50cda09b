/** Gates in order on one commit -> verdicts. Each program's exit is recorded, so that a gate run taken up again judges what it has judged the same. */
import type { GateContext, GateRun } from '../adapters/gate/port.ts';
import type { Verdict } from '../domain/step.ts';
import type { ChosenGate } from './default-gates.ts';
import { type GateStep, programOf } from './gate-clone.ts';
import type { Ports } from './ports.ts';
import { runProgram } from './run-program.ts';
import type { ActivityScope } from './scope.ts';

/** Stops at the first that does not pass, unless the repository wants all. Throws StepOver. */
export async function judgeGates(
  ports: Ports,
  scope: ActivityScope,
  step: GateStep,
  run: { readonly clone: string; readonly gates: readonly ChosenGate[] },
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const [index, gate] of run.gates.entries()) {
    const verdict = await judge(ports, scope, step, { gate, clone: run.clone, part: index + 1 });
    verdicts.push(verdict);
    if (verdict.kind !== 'passed' && step.repo.gatesMode === 'first-failure') break;
  }
  return verdicts;
}

interface OneGate {
  readonly gate: ChosenGate;
  readonly clone: string;
  readonly part: number;
}

async function judge(ports: Ports, scope: ActivityScope, step: GateStep, one: OneGate): Promise<Verdict> {
  const { settings, folder } = one.gate;
  const kind = ports.gateKinds[settings.kind];
  if (kind === undefined) return unjudged(one, `there is no kind of gate "${settings.kind}"`);
  const directory = await ports.workspaces.folder(one.clone, folder);
  if (directory === undefined) return unjudged(one, `the commit has no folder "${folder}"`);
  const context: GateContext = {
    directory,
    commit: step.commit,
    runProgram: async (program): Promise<GateRun> => {
      const { part } = one;
      const run = programOf(ports, step, { ...program, part, directory, timeMs: settings.timeoutMs });
      const { exit, evidence } = await runProgram(ports, scope, run);
      return { ...evidence, endedBy: exit.endedBy, ...(exit.problem === undefined ? {} : { problem: exit.problem }) };
    },
  };
  return kind.judge(settings, context);
}

function unjudged({ gate }: OneGate, why: string): Verdict {
  return {
    gate: gate.settings.id,
    kind: 'errored',
    durationMs: 0,
    failure: {
      ...{ reason: 'gate-errored', gate: gate.settings.id, command: gate.settings.kind },
      ...{ durationMs: 0, lastLines: [why], log: '' },
    },
  };
}
