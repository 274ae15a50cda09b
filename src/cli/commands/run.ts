/** `run`: everything in one process for one machine. All checks first: nothing is written anywhere before they pass. */
import type { OperatorRequest } from '../../domain/decide/events.ts';
import { type CommandModule, flag, listOption } from '../command.ts';
import { detach } from '../run/detach.ts';
import { findRun } from '../run/find-run.ts';
import { preflight } from '../run/preflight.ts';
import { readRemotePlan } from '../run/remote-plan.ts';
import { runHere } from '../run/run-here.ts';
import { person } from '../run/steering.ts';
import { openServer } from '../run/server.ts';
import { taskOf } from '../run/task-request.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const by = await person(context);
  const first = listOption(options, 'retry').map((id): OperatorRequest => ({
    kind: 'retry',
    task: taskOf(id),
    by,
    why: 'tallyman run --retry',
  }));
  const found = await findRun(context, options);
  const remote = await readRemotePlan(context, found);
  await preflight(context, found, remote);
  if (flag(options, 'detach')) return detach(context, found.config);
  const server = await openServer(context, found.config.host);
  try {
    return await runHere(context, { config: found.config, server, takeOver: flag(options, 'takeOver'), first });
  } finally {
    await server.release();
  }
};
