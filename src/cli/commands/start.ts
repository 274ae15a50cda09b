/** `start`: the run alone, served by workers elsewhere (`tallyman worker`). The same checks as `run`. */
import { type CommandModule, flag } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findRun } from '../run/find-run.ts';
import { homeOf } from '../run/home.ts';
import { preflight } from '../run/preflight.ts';
import { readRemotePlan } from '../run/remote-plan.ts';
import { findServer, runClientOf } from '../run/server.ts';
import { Refusal } from '../refusal.ts';
import { headOf } from '../run/title.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const found = await findRun(context, options);
  await preflight(context, found, await readRemotePlan(context, found));
  const server = findServer(found.config.host);
  if (server === undefined)
    throw new Refusal('No Temporal server is configured, and the embedded one does not run.', [
      '`tallyman run` starts everything in one process; for a cluster set TEMPORAL_ADDRESS.',
    ]);
  const client = await runClientOf(server);
  const home = await homeOf(found.config, server);
  const how = await client.start(found.config.run, { home, takeOver: flag(options, 'takeOver') });
  context.output.print(headOf(found.config, server).title);
  context.output.print(
    how === 'started'
      ? 'Started. Workers do the work: `tallyman worker`.'
      : 'A run of this plan is under way there already.',
  );
  return exitCodes.done;
};
