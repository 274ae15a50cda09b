/** `graph`: the dependency graph as Mermaid, on stdout. */
import { mermaid } from '../../views/mermaid.ts';
import type { Options } from '../command.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { onePlan } from '../plan-file.ts';

export async function run(context: Context, files: readonly string[], options: Options): Promise<ExitCode> {
  context.output.print(mermaid(await onePlan(context, options, files)));
  return exitCodes.done;
}
