/** `set concurrency N`: agents that run at a time, from now on and for this run. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { update } from '../run/task-request.ts';
import { byWhom, noRun, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, [key = '', value = ''], options) => {
  if (key !== 'concurrency' || !/^[1-9]\d{0,2}$/.test(value))
    throw new Refusal(
      `Unexpected "set ${key} ${value}", expected \`set concurrency N\` with N from 1 to 500.`,
      ['Other settings are part of a run: change the config, `tallyman stop`, and run again.'],
      exitCodes.invalid,
    );
  await steer(context, options, async (run) => {
    const request = { ...(await byWhom(context, options)), concurrency: Number(value) };
    const answer = await update(context, run, (client, plan) => client.update(plan, 'setConcurrency', request));
    if (answer.kind === 'no-phase') throw noRun(run.plan);
    context.output.print(answer.said);
  });
  return exitCodes.done;
};
