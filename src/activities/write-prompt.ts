/** The prompt of an attempt, from the project's template at the plan branch's tip or the built-in one. */
import type { RunAgentInput } from '../contracts/activities.ts';
import type { Git } from '../adapters/git/port.ts';
import { buildPrompt } from '../views/prompt.ts';
import { gatesOf } from './default-gates.ts';
import type { Ports } from './ports.ts';
import { remoteOf } from './repo-folder.ts';

/** A template is a page of text. */
const templateBytesMax = 256 * 1024;

export async function promptOf(ports: Ports, input: RunAgentInput, folder: string): Promise<string> {
  const { task, plan, repo, base, settings, lastFailure } = input;
  const gates = await gatesOf(ports.git(remoteOf(input)), { base, repo, folder });
  return buildPrompt(await templateOf(ports, input), {
    ...{ task, folder, planFile: plan.path },
    ...{ commitType: settings.commitType, referenceReport: settings.referenceReport },
    gates: gates.map(({ settings: gate }) => ports.gateKinds[gate.kind]?.describe(gate) ?? gate.id),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  });
}

/** A template that was removed or blown up while the run goes on: the built-in one serves, and the log says so. */
async function templateOf(ports: Ports, input: RunAgentInput): Promise<string> {
  const path = input.settings.promptTemplate;
  if (path === undefined) return ports.builtInTemplate();
  const file = await readAtTip(ports.git(input.plan.remote), input.plan.branch, path);
  if (file !== undefined && file.length <= templateBytesMax) return new TextDecoder().decode(file);
  ports.log.warn('the prompt template cannot be read at the plan branch; the built-in one is used', {
    ...{ run: input.run, task: input.task.id, attempt: input.attempt, path },
  });
  return ports.builtInTemplate();
}

async function readAtTip(git: Git, branch: string, path: string): Promise<Uint8Array | undefined> {
  const tip = await git.tip(branch);
  if (tip === undefined) return undefined;
  await git.fetch(tip);
  return (await git.read(tip, path))?.bytes;
}
