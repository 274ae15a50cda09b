/** `prompt ID`: what the agent of a task would be told on its first attempt. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gateKinds } from '../../adapters/gate/registry.ts';
import type { GateKind } from '../../adapters/gate/port.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { settle } from '../../config/run-settings.ts';
import { type RepoSettings, repoOf, type RunSettings } from '../../contracts/run-settings.ts';
import { planId } from '../../domain/ids.ts';
import { ownFiles } from '../../own-files.ts';
import { buildPrompt } from '../../views/prompt.ts';
import type { CommandModule } from '../command.ts';
import { type Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadFor, onePlan } from '../plan-file.ts';
import { Refusal } from '../refusal.ts';
import { findTask } from '../run/why-without-phase.ts';

export const run: CommandModule['run'] = async (context, args, options) => {
  const { task } = findTask(await onePlan(context, options, []), args[0] ?? '');
  const loaded = await loadFor(context, options);
  const settings = settingsOf(loaded);
  const repo = repoOf(settings, task.repo);
  const template = await readTemplate(context, settings.promptTemplate);
  context.output.print(
    buildPrompt(template, {
      task,
      folder: folderOf(repo),
      planFile: settings.plan.path,
      commitType: settings.commitType,
      referenceReport: settings.referenceReport,
      gates: gateLines(repo),
    }),
  );
  return exitCodes.done;
};

/** A prompt holds nothing of the remote: any will do. */
function settingsOf(loaded: LoadedConfig): RunSettings {
  const plan = { id: planId('00000000'), name: 'prompt', remote: 'https://localhost/none.git', branch: 'main' };
  return settle(loaded, { plan, allowRed: false }).run;
}

async function readTemplate(context: Context, path: string | undefined): Promise<string> {
  if (path === undefined) return readFile(join(ownFiles.templates, 'prompt.md'), 'utf8');
  const root = (await context.workingCopy())?.root ?? context.directory;
  return readFile(join(root, path), 'utf8').catch((error: unknown) => {
    throw new Refusal(
      `The prompt template ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
}

/** Which of the two folders by convention is there shows in the clone. */
function folderOf(repo: RepoSettings): string {
  return repo.path ?? (repo.name === '' || repo.remote !== undefined ? '' : `apps/${repo.name}`);
}

function gateLines(repo: RepoSettings): readonly string[] {
  if (repo.gates === 'default') return ['# lint, typecheck and test: those that package.json has'];
  const kinds: Readonly<Record<string, GateKind>> = gateKinds;
  return repo.gates.map((gate) => kinds[gate.kind]?.describe(gate) ?? gate.id);
}
