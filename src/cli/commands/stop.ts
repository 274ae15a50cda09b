/** `stop`: agents are interrupted, claimed rows go back to `not-started`, the run ends. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { byWhom, noRun, sayWhenNobodyServes, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  await steer(context, options, async (run) => {
    const { client, plan } = run;
    const by = await byWhom(context, options);
    if (!(await client.signal(plan.name, 'stop', by))) throw noRun(plan);
    context.output.print('Stopping: agents are interrupted, their rows go back to not-started, then the run ends.');
    await sayWhenNobodyServes(context, run, 'stopping');
  });
  return exitCodes.done;
};
