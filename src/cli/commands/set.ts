/** `set concurrency N`: agents that run at a time, from now on and for this run. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { waitingFor } from '../run/task-request.ts';
import { byWhom, noRun, steer } from '../run/steering.ts';

export const run: CommandModule['run'] = async (context, [key = '', value = ''], options) => {
  if (key !== 'concurrency' || !/^[1-9]\d{0,2}$/.test(value))
    throw new Refusal(
      `Unexpected "set ${key} ${value}", expected \`set concurrency N\` with N from 1 to 500.`,
      ['Other settings are part of a run: change the config, `tallyman stop`, and run again.'],
      exitCodes.invalid,
    );
  const { client, plan } = await steer(context, options);
  const request = { ...byWhom(context, options), concurrency: Number(value) };
  const answer = await waitingFor(context, client.update(plan.name, 'setConcurrency', request));
  if (answer.kind === 'refused') throw new Refusal(answer.why);
  if (answer.kind === 'no-phase') throw noRun(plan);
  context.output.print(answer.said);
  return exitCodes.done;
};
