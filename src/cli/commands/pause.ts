/** `pause`: nothing new starts until `resume`; `--now` also interrupts the agents. */
import { flag, type CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { byWhom, noRun, sayWhenNobodyServes, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const now = flag(options, 'now');
  await steer(context, options, async (run) => {
    const { client, plan } = run;
    const by = await byWhom(context, options);
    if (!(await client.signal(plan.name, 'pause', { ...by, now }))) throw noRun(plan);
    context.output.print(
      now
        ? 'Pausing: agents are interrupted, their sessions kept; nothing new starts until `tallyman resume`.'
        : 'Pausing: what runs is finished, nothing new starts until `tallyman resume`.',
    );
    await sayWhenNobodyServes(context, run, 'paused');
  });
  return exitCodes.done;
};
