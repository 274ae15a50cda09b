/**
 * Entry of the process that keeps the embedded Temporal server: one per server directory, detached from whoever started it.
 * It holds the directory's lock, starts the server again when it dies, counts the live processes that use it, and ends it
 * when none has been there for a while. Two servers on one data file are not refused by Temporal, so the lock is ours.
 * Argument: the server directory, which holds `spec.json`. Writes `address.json` while the server is up.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { identify, isAlive, parseIdentity, type ProcessIdentity } from './process-identity.ts';
import { holdLock, type HeldLock } from './owner-lock.ts';
import { readJson, writeJson, type KeeperSpec, type ServerAddress } from './server-directory.ts';

const pollMs = 500;
const lockWithinMs = 20_000;
/** A server that dies this often in a row is broken; going on would hide it. */
const restartsMax = 20;

interface Keeper {
  readonly directory: string;
  readonly spec: KeeperSpec;
  readonly lock: HeldLock;
  readonly ports: { readonly server: number; readonly ui: number };
  child: ChildProcess | undefined;
  restarts: number;
  unusedSince: number | undefined;
}

async function main(directory: string): Promise<void> {
  const self = identify(process.pid);
  const spec = readJson(join(directory, 'spec.json')) as KeeperSpec | undefined;
  if (self === undefined || spec === undefined) throw new Error(`no spec.json in ${directory}`);
  const lock = await lockOrOther(directory, self);
  if (lock === undefined) return; // Another keeper serves this directory.
  endRecordedServer(directory);
  const keeper: Keeper = {
    directory,
    spec,
    lock,
    ports: await choosePorts(directory),
    child: undefined,
    restarts: 0,
    unusedSince: undefined,
  };
  startServer(keeper, self);
  const timer = setInterval(() => {
    if (!lock.isOurs() || isUnused(keeper)) finish(keeper, timer);
  }, pollMs);
  process.on('SIGTERM', () => {
    finish(keeper, timer);
  });
  process.on('SIGINT', () => undefined); // Ctrl-C in the terminal of the run that started it is not meant for us.
  process.on('SIGHUP', () => undefined);
}

/** The lock, or undefined once another keeper serves. One that is just ending holds the lock without serving: it is waited for. */
async function lockOrOther(directory: string, self: ProcessIdentity): Promise<HeldLock | undefined> {
  const deadline = performance.now() + lockWithinMs;
  while (performance.now() < deadline) {
    const lock = holdLock(join(directory, 'keeper.lock'), self);
    if (lock !== undefined) return lock;
    const serving = readJson(join(directory, 'address.json')) as ServerAddress | undefined;
    if (serving !== undefined && isAlive(serving.keeper)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

/** A keeper that was killed leaves its server behind: still on the data file, so it goes first. */
function endRecordedServer(directory: string): void {
  const recorded = parseIdentity(
    (readJson(join(directory, 'server.json')) as { identity?: unknown } | undefined)?.identity,
  );
  if (recorded !== undefined && isAlive(recorded)) process.kill(recorded.pid, 'SIGKILL');
  rmSync(join(directory, 'address.json'), { force: true });
}

/** The ports of the last time where they are free, so that an open Web UI page and a client's address stay true. */
async function choosePorts(directory: string): Promise<{ server: number; ui: number }> {
  const last = readJson(join(directory, 'ports.json')) as { server?: number; ui?: number } | undefined;
  const server = await freePort(last?.server);
  const ui = await freePort(last?.ui);
  writeJson(join(directory, 'ports.json'), { server, ui });
  return { server, ui };
}

async function freePort(wanted: number | undefined): Promise<number> {
  return (wanted === undefined ? undefined : await tryPort(wanted)) ?? (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(undefined);
    });
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : undefined);
      });
    });
  });
}

function startServer(keeper: Keeper, self: ProcessIdentity): void {
  const { directory, spec, ports } = keeper;
  const log = openSync(join(directory, 'server.log'), 'a');
  const child = spawn(spec.binary, [...spec.args, '--port', String(ports.server), '--ui-port', String(ports.ui)], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  keeper.child = child;
  child.on('error', () => undefined); // `exit` follows or the client's wait says so.
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  writeJson(join(directory, 'server.json'), { identity });
  const address: ServerAddress = {
    address: `127.0.0.1:${ports.server}`,
    ui: `http://127.0.0.1:${ports.ui}`,
    version: spec.version,
    keeper: self,
  };
  writeJson(join(directory, 'address.json'), address);
  child.once('exit', () => {
    if (keeper.child !== child) return;
    keeper.restarts += 1;
    if (keeper.restarts <= restartsMax && keeper.lock.isOurs()) startServer(keeper, self);
    else process.exit(1);
  });
}

/** No live process has used the server for `spec.idleMs`. A user's file names its process. */
function isUnused(keeper: Keeper): boolean {
  const users = join(keeper.directory, 'users');
  let live = 0;
  for (const name of readdirSync(users)) {
    const identity = parseIdentity(readJson(join(users, name)));
    if (identity !== undefined && isAlive(identity)) live += 1;
    else rmSync(join(users, name), { force: true });
  }
  if (live > 0) {
    keeper.unusedSince = undefined;
    return false;
  }
  keeper.unusedSince ??= performance.now();
  return performance.now() - keeper.unusedSince >= keeper.spec.idleMs;
}

function finish(keeper: Keeper, timer: NodeJS.Timeout): void {
  clearInterval(timer);
  const child = keeper.child;
  keeper.child = undefined;
  rmSync(join(keeper.directory, 'address.json'), { force: true });
  const end = (): void => {
    keeper.lock.release();
    process.exit(0);
  };
  if (child?.exitCode !== null || child.signalCode !== null) {
    end();
    return;
  }
  child.once('exit', end);
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
}

await main(process.argv[2] ?? '');
