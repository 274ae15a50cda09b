/** For the commands that steer a run: the run meant, and a client of its server. Starts no worker; a request of a person is taken without one. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { By } from '../../contracts/messages.ts';
import type { PlanSettings } from '../../contracts/run-settings.ts';
import { type Options, textOption } from '../command.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';
import { findRun, type FoundRun } from './find-run.ts';
import { findServer, runClientOf, type Server, wakeServer } from './server.ts';

export interface Steered {
  readonly found: FoundRun;
  readonly plan: PlanSettings;
  readonly server: Server;
  readonly client: RunClient;
  /** False when the server had to be woken: then nobody can serve it. True says little. */
  readonly hasWorker: boolean;
}

/**
 * Does `work` with the run that the command means. An embedded server that sleeps is woken for it, because a run that was
 * left is kept there; refuses when there is no server to ask.
 */
export async function steer<T>(context: Context, options: Options, work: (run: Steered) => Promise<T>): Promise<T> {
  const found = await findRun(context, options);
  const isAwake = findServer(found.config.host) !== undefined;
  // Used while it is asked: an embedded server that nobody uses ends after a few seconds.
  const server = await wakeServer(context, found.config.host);
  if (server === undefined) throw noServer(found);
  try {
    const client = await runClientOf(server);
    return await work({ found, plan: found.config.run.plan, server, client, hasWorker: isAwake });
  } finally {
    await server.release();
  }
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
