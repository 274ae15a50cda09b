/** `resume`: ends a pause, and what waits for a person to say "go on". */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { byWhom, noRun, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  await steer(context, options, async ({ client, plan }) => {
    if (!(await client.signal(plan.name, 'resume', byWhom(context, options)))) throw noRun(plan);
  });
  context.output.print('Resuming.');
  return exitCodes.done;
};
