/** `worker`: serves runs of any plan on the configured server, or on the embedded one of this user. */
import { planId } from '../../domain/ids.ts';
import type { Config } from '../../config/config.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { settle } from '../../config/run-settings.ts';
import type { CommandModule } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadFor } from '../plan-file.ts';
import { onInterrupt } from '../run/interrupts.ts';
import { openServer, withServer } from '../run/server.ts';

export const run: CommandModule['run'] = async (context, _args, options) => {
  const loaded = await loadFor(context, options);
  const server = await openServer(context, loaded.host);
  try {
    const { startWorker } = await import('../../worker.ts');
    const worker = await startWorker(withServer(hostConfig(loaded), server));
    const interrupts = onInterrupt(worker, (text) => context.output.say(text));
    await Promise.race([worker.ready, worker.stopped]);
    context.output.print(`Worker ready: ${server.shown}`);
    await worker.stopped;
    interrupts.release();
    return exitCodes.done;
  } finally {
    await server.release();
  }
};

/** A worker takes the settings of a run from the run: those of its own config are not looked at. */
function hostConfig(loaded: LoadedConfig): Config {
  const plan = { id: planId('00000000'), name: 'none', remote: 'https://localhost/none.git', branch: 'main' };
  return settle(loaded, { plan, allowRed: false });
}
