/** `config`: the settings in force and where they come from; `--keys`: what can be set. */
import { stringify } from 'yaml';
import { asWritten } from '../../config/as-written.ts';
import { configJsonSchema, listKeys } from '../../config/keys.ts';
import { flag, type Options } from '../command.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { loadFor } from '../plan-file.ts';

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  if (flag(options, 'keys')) showKeys(context, options);
  else await showSettings(context, options);
  return exitCodes.done;
}

function showKeys(context: Context, options: Options): void {
  if (flag(options, 'json')) {
    context.output.json(configJsonSchema());
    return;
  }
  for (const { key, meaning, default: value } of listKeys()) {
    context.output.print(`${key}${value === undefined ? '' : ` (default ${value})`}\n    ${meaning}`);
  }
}

async function showSettings(context: Context, options: Options): Promise<void> {
  const { file, host, source } = await loadFor(context, options);
  const settings = asWritten(file);
  const server = host.temporal.kind === 'configured' ? 'from the Temporal environment configuration' : 'embedded';
  if (flag(options, 'json')) {
    context.output.json({ version: 1, source, stateDirectory: host.stateDirectory, server, settings });
    return;
  }
  context.output.say(`# from ${source}\n# state in ${host.stateDirectory}\n# Temporal server: ${server}`);
  context.output.print(stringify(settings, { lineWidth: 0 }));
}
