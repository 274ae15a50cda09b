/** `why ID`: in one line, why a task does not run, or what it does. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reachable } from '../run/find-run.ts';
import { steer } from '../run/steering.ts';
import { taskOf } from '../run/task-request.ts';
import { whyWithoutPhase } from '../run/why-without-phase.ts';

export const run: CommandModule['run'] = async (context, args, options) => {
  const task = taskOf(args[0]);
  const { client, plan, found } = await steer(context, options);
  const line = (await client.why(plan.name, task)) ?? (await reachable(() => whyWithoutPhase(context, found, task)));
  context.output.print(line);
  return exitCodes.done;
};
