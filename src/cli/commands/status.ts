/** `status`: where a run stands, read from the server's memos, so it answers with no worker; without a server, from the plan itself. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import { progressLines } from '../../views/progress-lines.ts';
import { type CommandModule, flag, type Options } from '../command.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { startLiveView } from '../live/live-view.ts';
import { lastWords, phaseLines, type Snapshot } from '../live/snapshot.ts';
import { findRun, type FoundRun } from '../run/find-run.ts';
import { controlHints } from '../run/hints.ts';
import { lookAt } from '../run/look.ts';
import { planLines } from '../run/plan-lines.ts';
import { readRemotePlan } from '../run/remote-plan.ts';
import { findServer, runClientOf, type Server } from '../run/server.ts';
import { headOf } from '../run/title.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const found = await findRun(context, options);
  const server = findServer(found.config.host);
  if (server === undefined) {
    await showPlan(context, found, options, 'No Temporal server runs here');
    return exitCodes.done;
  }
  const client = await runClientOf(server);
  const look = await lookAt(client, found.config.run.plan.name);
  if (look === undefined) await showPlan(context, found, options, `No run is known to the ${server.shown}`);
  else if (!look.isOpen && !flag(options, 'json'))
    await showPlan(context, found, options, `The last run ended: ${look.run?.end ?? 'from outside'}`);
  else if (flag(options, 'json')) context.output.json({ version: 1, ...placeOf(found, server), ...look });
  else if (flag(options, 'watch')) await watch(context, found, server, client);
  else show(context, found, server, { at: new Date(), ...look });
  return exitCodes.done;
};

function placeOf({ config }: FoundRun, server?: Server): object {
  const { remote, branch, path, name } = config.run.plan;
  return {
    plan: { name, remote, branch, path },
    ...(server === undefined ? {} : { server: server.options.connection.address }),
  };
}

function show(context: Context, found: FoundRun, server: Server, snapshot: Snapshot): void {
  const { output } = context;
  output.print(headOf(found.config, server).title);
  if (server.ui !== undefined) output.print(`Web UI  ${server.ui}`);
  const { run, phase } = snapshot;
  output.print(`Run ${run?.run ?? ''}: ${run?.control ?? 'starting'}`);
  if (snapshot.trouble !== undefined) output.print(`Trouble: ${snapshot.trouble}`);
  for (const line of phaseLines(snapshot))
    output.print(`${line.open ? '▶' : ' '} ${line.satisfied} of ${line.tasks}  ${line.title}`);
  if (phase === undefined) {
    for (const hint of controlHints(snapshot)) output.print(hint);
    return;
  }
  const running = phase.running.map((task) => {
    const words = lastWords(snapshot, task.task);
    return {
      ...task,
      ...(words.line === '' ? {} : { line: words.line }),
      ...(words.tokens === 0 ? {} : { tokens: words.tokens }),
    };
  });
  for (const line of progressLines({ ...phase, running })) output.print(line);
  for (const hint of controlHints(snapshot)) output.print(hint);
}

async function showPlan(context: Context, found: FoundRun, options: Options, why: string): Promise<void> {
  const { plan } = await readRemotePlan(context, found);
  const phases = plan.phases.map((phase) => ({
    id: phase.id,
    title: phase.title,
    satisfied: phase.tasks.filter((task) => isSatisfied(task.status)).length,
    tasks: phase.tasks.length,
  }));
  if (flag(options, 'json')) {
    context.output.json({ version: 1, ...placeOf(found), isOpen: false, run: { phases } });
    return;
  }
  context.output.print(`${why}; this is the plan on ${found.config.run.plan.branch} of ${found.git.remote}:`);
  for (const line of planLines(plan)) context.output.print(line);
}

async function watch(context: Context, found: FoundRun, server: Server, client: RunClient): Promise<void> {
  const { plan } = found.config.run;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const view = await startLiveView({
    output: context.output,
    head: headOf(found.config, server),
    height: () => process.stdout.rows,
    look: async () => {
      const look = await lookAt(client, plan.name);
      if (look?.isOpen !== true) end();
      return look ?? { heartbeats: [] };
    },
  });
  process.once('SIGINT', end);
  await ended;
  await view.stop();
}
