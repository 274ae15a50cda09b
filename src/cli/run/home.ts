/** Where the memory of a run lives: this user's state directory for the embedded server, else the server itself. */
import { createHost } from '../../adapters/host/host.ts';
import { serverHome } from '../../adapters/temporal/run-client.ts';
import type { Config } from '../../config/config.ts';
import { clientOf, type Server } from './server.ts';

export async function homeOf({ host }: Pick<Config, 'host'>, server: Server): Promise<string> {
  if (host.temporal.kind === 'configured') return serverHome(await clientOf(server));
  return createHost({ stateDirectory: host.stateDirectory, agents: host.agents, gates: host.gatesAtOnce }).home;
}
