/** `resume`: ends a pause, and what waits for a person to say "go on". */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { byWhom, noRun, sayWhenNobodyServes, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  await steer(context, options, async (run) => {
    const { client, plan } = run;
    const by = await byWhom(context, options);
    if (!(await client.signal(plan.name, 'resume', by))) throw noRun(plan);
    context.output.print('Resuming.');
    await sayWhenNobodyServes(context, run, 'running');
  });
  return exitCodes.done;
};
