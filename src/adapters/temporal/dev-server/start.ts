/**
 * The embedded server of this user: found running or started, shared by all runs, ended when nobody uses it.
 * State on disk lies in `<state>/server/<version>/`, because the server has no schema migrations. Losing it loses history
 * only: the plan in git is the truth, and a run on an empty server reconciles from it.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ownFiles } from '../../../own-files.ts';
import { identify, isAlive } from '../../../processes/process-identity.ts';
import { readJson, writeJson, type KeeperSpec, type ServerAddress } from '../../../processes/server-directory.ts';
import { findBinary, type Binary } from './find-binary.ts';
import { prepareServer } from './prepare.ts';
import { serverVersion } from './versions.ts';

export interface DevServerOptions {
  readonly stateDirectory: string;
  /** Path from the config. */
  readonly binary?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** The server ends when nobody has used it for this long; default 5 s. */
  readonly idleMs?: number;
  /** More flags, for tests. */
  readonly extraArgs?: readonly string[];
}

export interface DevServer {
  readonly address: string;
  readonly namespace: string;
  readonly ui: string;
  /** This process uses it no more; the server ends when nobody else does. */
  release(): Promise<void>;
}

/** The server did not come up. The message says where its log is. */
export class DevServerFailed extends Error {
  override readonly name = 'DevServerFailed';
}

const readyWithinMs = 30_000;
const namespace = 'default';

/** Flags measured to halve the latency of a task on one machine. */
const tuning = [
  ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
  ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
];

export async function useDevServer(options: DevServerOptions): Promise<DevServer> {
  const directory = serverDirectory(options.stateDirectory);
  await mkdir(join(directory, 'users'), { recursive: true, mode: 0o700 });
  const user = await registerUser(directory);
  try {
    const running = findRunningServer(options.stateDirectory);
    if (running === undefined) {
      const binary = await findBinary({
        stateDirectory: options.stateDirectory,
        environment: options.environment,
        say: options.say,
        ...(options.binary === undefined ? {} : { configured: options.binary }),
      });
      options.say(`Starting the Temporal dev server ${binary.version} …`);
      startKeeper(directory, specOf(directory, binary, options));
    }
    const { address, ui } = await untilReady(options.stateDirectory, directory);
    await prepareServer(address, namespace);
    return { address, namespace, ui, release: () => rm(user, { force: true }) };
  } catch (error) {
    await rm(user, { force: true });
    throw error;
  }
}

/** Address of the embedded server when its keeper is alive; undefined when none runs. Reads files only. */
export function findRunningServer(stateDirectory: string): ServerAddress | undefined {
  const recorded = readJson(join(serverDirectory(stateDirectory), 'address.json')) as ServerAddress | undefined;
  return recorded !== undefined && isAlive(recorded.keeper) ? recorded : undefined;
}

function serverDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'server', serverVersion);
}

async function registerUser(directory: string): Promise<string> {
  const self = identify(process.pid);
  const file = join(directory, 'users', `${process.pid}-${Math.random().toString(36).slice(2)}`);
  await rm(file, { force: true });
  writeJson(file, self);
  return file;
}

function specOf(directory: string, binary: Binary, options: DevServerOptions): KeeperSpec {
  const place = ['server', 'start-dev', '--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--namespace', namespace];
  const args = [
    ...place,
    '--db-filename',
    join(directory, 'temporal.db'),
    '--log-level',
    'error',
    ...tuning,
    ...(options.extraArgs ?? []),
  ];
  return { binary: binary.path, version: binary.version, args, idleMs: options.idleMs ?? 5_000 };
}

function startKeeper(directory: string, spec: KeeperSpec): void {
  writeJson(join(directory, 'spec.json'), spec);
  const keeper = spawn(process.execPath, [ownFiles.serverKeeper, directory], {
    detached: true,
    stdio: 'ignore',
    cwd: directory,
  });
  keeper.unref();
}

/** Waits until the server answers. Another run's keeper may be the one that serves: what counts is the address file. */
async function untilReady(stateDirectory: string, directory: string): Promise<ServerAddress> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    const running = findRunningServer(stateDirectory);
    if (running !== undefined && (await answers(running.address))) return running;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new DevServerFailed(
    `The Temporal dev server did not answer within ${readyWithinMs / 1000} s. Its log: ${join(directory, 'server.log')} — read its end; \`temporal.binary\` in the config chooses another program.`,
  );
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    return false; // Not yet: asked again until the deadline.
  }
}
