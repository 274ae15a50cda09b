/** `why ID`: in one line, why a task does not run, or what it does. The open phase answers for its tasks, the plan for all others. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findRun } from '../run/find-run.ts';
import { readRemotePlan } from '../run/remote-plan.ts';
import { findServer, runClientOf } from '../run/server.ts';
import { taskOf } from '../run/task-request.ts';
import { findTask, whyFromPlan } from '../run/why-without-phase.ts';

export const run: CommandModule['run'] = async (context, args, options) => {
  const id = taskOf(args[0]);
  const found = await findRun(context, options);
  const { plan } = await readRemotePlan(context, found);
  const placed = findTask(plan, id);
  const server = findServer(found.config.host);
  const client = server === undefined ? undefined : await runClientOf(server);
  const { name } = found.config.run.plan;
  const seen = await client?.seen(name);
  const open = seen?.isOpen === true ? seen.run?.open : undefined;
  const answer = open === placed.phase.id ? await client?.why(name, id) : undefined;
  context.output.print(answer ?? whyFromPlan(plan, placed, open));
  return exitCodes.done;
};
