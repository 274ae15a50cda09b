/** The Temporal server a command talks to: the configured one, or this user's embedded one, started only by those that run work. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ServerUnreachable, type ServerOptions, serverOptions, connect } from '../../adapters/temporal/connection.ts';
import { createRunClient, type RunClient } from '../../adapters/temporal/run-client.ts';
import { findRunningServer, useDevServer } from '../../adapters/temporal/dev-server/start.ts';
import type { Config, HostSettings } from '../../config/config.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../refusal.ts';

export interface Server {
  readonly options: ServerOptions;
  /** `embedded Temporal at 127.0.0.1:40123`. */
  readonly shown: string;
  /** Address of the Web UI, when we know it. */
  readonly ui?: string;
  /** This process uses it no more. */
  release(): Promise<void>;
}

type Client = Awaited<ReturnType<typeof connect>>;

const embeddedNamespace = 'default';
const nothing = () => Promise.resolve();

/** Starts the embedded server when none is configured and none runs. */
export async function openServer(context: Context, host: HostSettings): Promise<Server> {
  if (host.temporal.kind === 'configured') return configured(host);
  const { binary } = host.temporal;
  const server = await useDevServer({
    stateDirectory: host.stateDirectory,
    ...(binary === undefined ? {} : { binary }),
    environment: host.variables,
    say: (line) => context.output.say(line),
  }).catch((error: unknown) => {
    throw isExplained(error) ? new Refusal(error.message) : error;
  });
  return embedded(host, server.address, server.ui, () => server.release());
}

/** The server as it is; undefined when the embedded one does not run. */
export function findServer(host: HostSettings): Server | undefined {
  if (host.temporal.kind === 'configured') return configured(host);
  const running = findRunningServer(host.stateDirectory);
  return running === undefined ? undefined : embedded(host, running.address, running.ui, nothing);
}

/** The server, held open; the embedded one is started where one has run before. Undefined where none has: there is no run to ask about. */
export function wakeServer(context: Context, host: HostSettings): Promise<Server | undefined> {
  if (host.temporal.kind === 'embedded' && !existsSync(join(host.stateDirectory, 'server')))
    return Promise.resolve(undefined);
  return openServer(context, host);
}

/** A client of the server, or the refusal that says what to check. */
export async function clientOf(server: Server): Promise<Client> {
  try {
    return await connect(server.options);
  } catch (error) {
    if (error instanceof ServerUnreachable) throw new Refusal(error.message);
    throw error;
  }
}

/** A plan's run as that server knows it; what the server does not answer is a refusal, not a crash. */
export async function runClientOf(server: Server): Promise<RunClient> {
  const client = createRunClient(await clientOf(server));
  const asked = <T>(ask: () => Promise<T>) => answered(server, ask);
  return {
    start: (settings, options) => asked(() => client.start(settings, options)),
    signal: (plan, name, argument) => asked(() => client.signal(plan, name, argument)),
    update: (plan, name, argument) => asked(() => client.update(plan, name, argument)),
    seen: (plan) => asked(() => client.seen(plan)),
    heartbeats: (plan) => asked(() => client.heartbeats(plan)),
    why: (plan, task) => asked(() => client.why(plan, task)),
    untilEnd: (plan) => client.untilEnd(plan),
  };
}

async function answered<T>(server: Server, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isOfTheServer(error)) throw error;
    const said = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Refusal(`The ${server.shown} did not answer: ${said.split('\n')[0] ?? said}.`, [
      'Check that it runs, and that a worker serves the run: `tallyman run` here, or `tallyman worker`.',
    ]);
  }
}

/** Temporal's errors of a call: a gRPC code on the error or on its cause. */
function isOfTheServer(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && typeof error.code === 'number') || error.name === 'ServiceError' || isOfTheServer(error.cause)
  );
}

/** The config with the place of the server in it, for the worker. */
export function withServer(config: Config, server: Server): Config {
  if (config.host.temporal.kind === 'configured') return config;
  const { connection, namespace } = server.options;
  const at = { address: connection.address, namespace };
  return { ...config, host: { ...config.host, temporal: { ...config.host.temporal, at } } };
}

function configured(host: HostSettings): Server {
  const options = serverOptions(undefined, host.variables);
  return {
    options,
    shown: `Temporal at ${options.connection.address}, namespace ${options.namespace}`,
    release: nothing,
  };
}

function embedded(host: HostSettings, address: string, ui: string, release: () => Promise<void>): Server {
  const options = serverOptions({ address, namespace: embeddedNamespace }, host.variables);
  return { options, shown: `embedded Temporal at ${address}`, ui, release };
}

/** Errors of the dev server's adapter that are sentences for a person. */
function isExplained(error: unknown): error is Error {
  return error instanceof Error && ['DevServerFailed', 'ServerBinaryMissing'].includes(error.name);
}
