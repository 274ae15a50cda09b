/**
 * A client of the Temporal server: the one of the standard environment configuration (TEMPORAL_ADDRESS, a config file
 * and its profiles), or one known by its place. Errors say which server was tried and what to check.
 */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** A server that is there answers at once; a person waits for the answer that it is not. */
const connectTimeoutMs = 2_000;
const callTimeoutMs = 10_000;

export interface ServerPlace {
  readonly address: string;
  readonly namespace: string;
}

/** Where the server is and how to reach it; for a client and for workers alike. */
export interface ServerOptions {
  readonly namespace: string;
  readonly connection: ConnectionOptions & { readonly address: string };
}

/** The server does not answer or refuses. One sentence for a person. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** `place` missing: the standard Temporal environment configuration. */
export function serverOptions(
  place: ServerPlace | undefined,
  environment: Readonly<Record<string, string>>,
): ServerOptions {
  if (place !== undefined) return { namespace: place.namespace, connection: { address: place.address } };
  const { namespace = 'default', connectionOptions } = loadClientConnectConfig({ overrideEnvVars: { ...environment } });
  return { namespace, connection: { ...connectionOptions, address: connectionOptions.address ?? 'localhost:7233' } };
}

export async function connect(server: ServerOptions): Promise<Client> {
  const { connection: options, namespace } = server;
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: connectTimeoutMs });
    await connection.withDeadline(Date.now() + callTimeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return new Client({ connection, namespace });
  } catch (error) {
    throw new ServerUnreachable(explain(error, server), { cause: error });
  }
}

/** Calls of `work` end within the time a person waits. */
export function withDeadline<T>(client: Client, work: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + callTimeoutMs, work);
}

function explain(error: unknown, { connection, namespace }: ServerOptions): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/namespace .*not found/i.test(text) || codeOf(error) === notFound)
    return `The Temporal server at ${connection.address} has no namespace "${namespace}": create it with \`temporal operator namespace create --namespace ${namespace}\`, or set TEMPORAL_NAMESPACE.`;
  return `The Temporal server at ${connection.address} does not answer (${text.replaceAll(/\s+/g, ' ')}): check that it runs, TEMPORAL_ADDRESS and TEMPORAL_TLS.`;
}

/** gRPC's number. */
const notFound = 5;

function codeOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : undefined;
}
