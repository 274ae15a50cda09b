/** For the commands that steer a run: the run meant, and a client of its server. Starts no worker; a request of a person is taken without one. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { By } from '../../contracts/messages.ts';
import type { RunProgress } from '../../contracts/progress.ts';
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
export async function steer<T>(
  context: Context,
  options: Options,
  work: (run: Steered) => Promise<T>,
  advice: readonly string[] = [],
): Promise<T> {
  const found = await findRun(context, options);
  const isAwake = findServer(found.config.host) !== undefined;
  // Used while it is asked: an embedded server that nobody uses ends after a few seconds.
  const server = await wakeServer(context, found.config.host);
  if (server === undefined) throw noServer(found, advice);
  try {
    const client = await runClientOf(server);
    return await work({ found, plan: found.config.run.plan, server, client, hasWorker: isAwake });
  } finally {
    await server.release();
  }
}

function noServer({ config }: FoundRun, advice: readonly string[]): Refusal {
  return new Refusal(
    `No Temporal server runs for ${config.host.stateDirectory}, and none is configured: no run is under way here.`,
    [
      ...advice,
      '`tallyman run` starts one and goes on where the plan stands; for a server elsewhere set TEMPORAL_ADDRESS.',
    ],
  );
}

/** The person at this terminal: by git's name, else by the system's. */
export async function person(context: Context): Promise<string> {
  return (await context.workingCopy())?.user ?? context.environment.user;
}

/** Who asks, and why: kept in the history. */
export async function byWhom(context: Context, options: Options): Promise<By> {
  const why = textOption(options, 'message');
  return { by: await person(context), ...(why === undefined ? {} : { why }) };
}

export function noRun(plan: PlanSettings): Refusal {
  return new Refusal(`No run of ${plan.path} on ${plan.branch} is open.`, [
    '`tallyman run` starts one; `tallyman status` shows the last.',
  ]);
}

const takenWithinMs = 4_000;
const lookEveryMs = 250;

/** After a signal: says so when no worker takes it within a few seconds. It is kept by the server in any case. */
export async function sayWhenNobodyServes(
  context: Context,
  { client, plan, hasWorker }: Steered,
  wanted: RunProgress['control'],
): Promise<void> {
  const until = performance.now() + takenWithinMs;
  while (hasWorker && performance.now() < until) {
    const seen = await client.seen(plan.name);
    if (seen?.isOpen !== true || seen.run?.control === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  context.output.print('No worker serves the run now: it takes effect when one does (`tallyman run`).');
}
