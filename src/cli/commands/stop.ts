/** `stop`: agents are interrupted, claimed rows go back to `not-started`, the run ends. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { byWhom, noRun, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  await steer(context, options, async ({ client, plan }) => {
    if (!(await client.signal(plan.name, 'stop', byWhom(context, options)))) throw noRun(plan);
  });
  context.output.print('Stopping: agents are interrupted, their rows go back to not-started, then the run ends.');
  return exitCodes.done;
};
