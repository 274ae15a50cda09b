/** `logs ID`: what the newest step of a task printed on this machine; `-f` follows it to its end. */
import { createHost } from '../../adapters/host/host.ts';
import { createSupervisor } from '../../adapters/supervisor/local-supervisor.ts';
import type { FoundStep, Supervisor } from '../../adapters/supervisor/port.ts';
import { inheritedVariables } from '../../config/environment.ts';
import { parseStepKey, type StepKey } from '../../domain/ids.ts';
import { stepNames } from '../../domain/ids.ts';
import { type CommandModule, flag, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { findRun } from '../run/find-run.ts';
import { taskOf } from '../run/task-request.ts';

const followEveryMs = 300;

export const run: CommandModule['run'] = async (context, args, options) => {
  const task = taskOf(args[0]);
  const { config } = await findRun(context, options);
  const { host } = config;
  const { root } = createHost({ stateDirectory: host.stateDirectory, agents: host.agents, gates: host.gatesAtOnce });
  const supervisor = createSupervisor({ stateDirectory: root, environment: inheritedVariables(host.variables) });
  const steps = await supervisor.find(`${config.run.plan.id}/${task}/`);
  const step = newest(steps, textOption(options, 'step'));
  if (step === undefined)
    throw new Refusal(
      `No step of ${task} has run on this machine, or its records are gone (they are deleted once the row is settled).`,
    );
  context.output.say(`# ${step}`);
  await copy(supervisor, step, flag(options, 'follow'), (text) => void process.stdout.write(text));
  return exitCodes.done;
};

/** The step that began last: highest attempt, latest step in it, highest turn. */
function newest(steps: readonly FoundStep[], wanted: string | undefined): StepKey | undefined {
  const rank = (key: StepKey): readonly number[] => {
    const parts = parseStepKey(key);
    return [
      parts?.attempt ?? 0,
      parts === undefined ? 0 : stepNames.indexOf(parts.step),
      parts?.turn ?? 0,
      parts?.part ?? 0,
    ];
  };
  const chosen = steps
    .map((step) => step.key)
    .filter((key) => wanted === undefined || parseStepKey(key)?.step === wanted);
  return chosen.sort((a, b) => compare(rank(b), rank(a)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

async function copy(
  supervisor: Supervisor,
  key: StepKey,
  follow: boolean,
  write: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let from = 0;
  for (;;) {
    const { bytes, exit } = await supervisor.read(key, from);
    from += bytes.length;
    if (bytes.length > 0) write(decoder.decode(bytes, { stream: true }));
    else if (exit !== undefined || !follow) return;
    else await new Promise((resolve) => setTimeout(resolve, followEveryMs));
  }
}
