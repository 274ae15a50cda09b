/** `server`: the embedded Temporal server in the foreground, until Ctrl-C. */
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadFor } from '../plan-file.ts';
import { Refusal } from '../refusal.ts';
import { openServer } from '../run/server.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const { host } = await loadFor(context, options);
  if (host.temporal.kind === 'configured')
    throw new Refusal(
      'A Temporal server is configured by the environment (TEMPORAL_ADDRESS, _CONFIG_FILE or _PROFILE): none is started.',
    );
  const server = await openServer(context, host);
  context.output.print(`${server.shown}\nWeb UI  ${server.ui ?? ''}\nCtrl-C ends it, unless a run still uses it.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    // A promise alone does not keep a process alive.
    setInterval(() => undefined, 60_000);
  });
  await server.release();
  return exitCodes.done;
};
