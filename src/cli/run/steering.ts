/** For the commands that look at a run or steer it: the run meant, and a client of its server. Starts no server and no worker. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { By } from '../../contracts/messages.ts';
import type { PlanSettings } from '../../contracts/run-settings.ts';
import { type Options, textOption } from '../command.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { findRun, type FoundRun } from './find-run.ts';
import { findServer, runClientOf, type Server } from './server.ts';

export interface Steered {
  readonly found: FoundRun;
  readonly plan: PlanSettings;
  readonly server: Server;
  readonly client: RunClient;
}

/** The run of the plan that the command means; refuses when no server is there to ask. */
export async function steer(context: Context, options: Options): Promise<Steered> {
  const found = await findRun(context, options);
  const server = findServer(found.config.host);
  if (server === undefined) throw noServer(found);
  const client = await runClientOf(server);
  return { found, plan: found.config.run.plan, server, client };
}

function noServer({ config }: FoundRun): Refusal {
  return new Refusal(
    `No Temporal server runs for ${config.host.stateDirectory}, and none is configured: no run is under way here.`,
    ['`tallyman run` starts one and goes on where the plan stands; for a server elsewhere set TEMPORAL_ADDRESS.'],
  );
}

/** Who asks, and why: kept in the history. */
export function byWhom(context: Context, options: Options): By {
  const why = textOption(options, 'message');
  return { by: context.environment.user, ...(why === undefined ? {} : { why }) };
}

export function noRun(plan: PlanSettings): Refusal {
  return new Refusal(`No run of ${plan.path} on ${plan.branch} is open.`, [
    '`tallyman run` starts one; `tallyman status` shows the last.',
  ]);
}
