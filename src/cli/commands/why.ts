/** `why ID`: in one line, why a task does not run, or what it does. The open phase answers for its tasks, the plan for all others. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { TaskId } from '../../domain/ids.ts';
import type { CommandModule } from '../command.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { findRun } from '../run/find-run.ts';
import { controlHints } from '../run/hints.ts';
import { readRemotePlan } from '../run/remote-plan.ts';
import { findServer, runClientOf } from '../run/server.ts';
import { taskOf } from '../run/task-request.ts';
import { findTask, whyFromMemo, whyFromPlan } from '../run/why-without-phase.ts';

export const run: CommandModule['run'] = async (context, args, options) => {
  const asked = taskOf(args[0]);
  const found = await findRun(context, options);
  const { plan } = await readRemotePlan(context, found);
  const placed = findTask(plan, asked);
  const server = findServer(found.config.host);
  const client = server === undefined ? undefined : await runClientOf(server);
  const { name } = found.config.run.plan;
  const seen = await client?.seen(name);
  const open = seen?.isOpen === true ? seen.run?.open : undefined;
  const { id } = placed.task;
  const answer =
    client === undefined || open !== placed.phase.id
      ? undefined
      : ((await askPhase(context, client, { name, id })) ?? whyFromMemo(seen?.phase, id));
  context.output.print(answer ?? whyFromPlan(plan, placed, open));
  if (seen?.isOpen === true && placed.task.status === 'not-started')
    for (const hint of controlHints(seen)) context.output.say(hint);
  return exitCodes.done;
};

/** A question is answered by a worker; without one the memo and the plan are all that is known. */
async function askPhase(
  context: Context,
  client: RunClient,
  { name, id }: { readonly name: string; readonly id: TaskId },
): Promise<string | undefined> {
  try {
    return await client.why(name, id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    context.output.say('No worker answers for the run now; this is what it last said. `tallyman run` goes on with it.');
    return undefined;
  }
}
