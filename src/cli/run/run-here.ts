/** A run in this process: worker, run and live view, from the first look to the end or until the person leaves. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { Config } from '../../config/config.ts';
import type { PlanRunEnd } from '../../contracts/workflows.ts';
import type { OperatorRequest } from '../../domain/decide/events.ts';
import { surviveClosedOutput } from '../closed-output.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { type LiveView, startLiveView } from '../live/live-view.ts';
import { homeOf } from './home.ts';
import { onInterrupt } from './interrupts.ts';
import { lookAt } from './look.ts';
import { runClientOf, type Server, withServer } from './server.ts';
import { headOf } from './title.ts';

export interface RunRequest {
  readonly config: Config;
  readonly server: Server;
  readonly takeOver: boolean;
  readonly first: readonly OperatorRequest[];
}

export async function runHere(context: Context, request: RunRequest): Promise<ExitCode> {
  const { server } = request;
  const config = withServer(request.config, server);
  const { name } = config.run.plan;
  const client = await runClientOf(server);
  const head = headOf(config, server);
  context.output.print(head.title);
  if (head.ui !== undefined) context.output.print(`Web UI  ${head.ui}`);
  const { startWorker } = await import('../../worker.ts');
  const worker = await startWorker(config);
  surviveClosedOutput();
  let view: LiveView | undefined;
  const interrupts = onInterrupt(worker, (text) => {
    if (view === undefined) context.output.say(text);
    else view.notice(text);
  });
  try {
    await Promise.race([worker.ready, worker.stopped]);
    if (interrupts.times() === 0) await begin(context, client, request);
    view = await startLiveView({
      output: context.output,
      head,
      height: () => process.stdout.rows,
      look: async () => (await lookAt(client, name)) ?? { heartbeats: [] },
    });
    const end = await Promise.race([untilEnd(client, name), worker.stopped.then(() => undefined)]);
    await view.stop();
    // The last words of the run (its end on the remote) are said by activities: they are over once the workflow is.
    if (end !== undefined) worker.stop('detach');
    await worker.stopped;
    return end === undefined ? left(context) : ended(context, end);
  } finally {
    interrupts.release();
  }
}

async function begin(context: Context, client: RunClient, request: RunRequest): Promise<void> {
  const { config, server, takeOver, first } = request;
  const home = await homeOf(config, server);
  const how = await client.start(config.run, { home, takeOver, first });
  if (how === 'started') return;
  context.output.say('A run of this plan is under way on that server: going on with it, by its own settings.');
  for (const wanted of first) {
    if (wanted.kind !== 'retry') continue;
    const answer = await client.update(config.run.plan.name, 'retryTask', {
      task: wanted.task,
      by: wanted.by,
      why: wanted.why,
    });
    context.output.say(
      answer.kind === 'done'
        ? answer.said
        : answer.kind === 'refused'
          ? answer.why
          : `${wanted.task} could not be asked for: no phase is open yet. Ask again: \`tallyman retry ${wanted.task}\`.`,
    );
  }
}

/** Waits on while the server is away: the run is durable, and this process serves it. */
async function untilEnd(client: RunClient, plan: string): Promise<PlanRunEnd> {
  for (;;) {
    try {
      return await client.untilEnd(plan);
    } catch (error) {
      // A workflow that failed or was ended from outside has no value; anything else is the connection, tried again.
      if (error instanceof Error && error.name === 'WorkflowFailedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000).unref());
    }
  }
}

function left(context: Context): ExitCode {
  context.output.say('Left. Nothing is lost: `tallyman run` goes on where it was.');
  return exitCodes.interrupted;
}

const codes: Readonly<Record<PlanRunEnd['kind'], ExitCode>> = {
  completed: exitCodes.done,
  'finished-with-failures': exitCodes.failures,
  deadlocked: exitCodes.needsPerson,
  stopped: exitCodes.needsPerson,
  refused: exitCodes.needsPerson,
};

function ended(context: Context, end: PlanRunEnd): ExitCode {
  context.output.print(`\n${end.summary}`);
  if (end.report !== undefined) context.output.print(`Report: ${end.report}`);
  return codes[end.kind];
}
