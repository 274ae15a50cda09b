// The demo's scratch remote: made once, whole or not at all, and served on loopback under one address for ever, because
// the address is part of what makes the plan the same plan after a restart.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Refusal } from '../steps.mjs';
import { environmentOf, gitEnvironment } from './place.mjs';

/** Below the range from which systems give ports to outgoing connections, so that nobody takes it while we are down. */
const portFrom = 20_000;
const portTo = 32_000;
const startMsMax = 10_000;

export const git = (directory, ...args) =>
  execFileSync('git', args, {
    cwd: directory,
    encoding: 'utf8',
    env: gitEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });

/** Code base and plan as the first commit of `main`. Does nothing when the remote is there. */
export function seedRemote(place, examples) {
  if (existsSync(place.remote)) return;
  const draft = join(place.directory, `.seed-${process.pid}`);
  const work = join(draft, 'work');
  mkdirSync(draft, { recursive: true });
  cpSync(join(examples, 'code'), work, { recursive: true });
  cpSync(join(examples, 'tasks.md'), join(work, 'docs', 'tasks.md'));
  git(work, 'init', '--quiet', '--initial-branch=main');
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '-m', 'Harbour 1.4.0, with the tasks of the review');
  git(draft, 'clone', '--quiet', '--bare', work, 'remote.git');
  const bare = join(draft, 'remote.git');
  git(bare, 'remote', 'remove', 'origin');
  // Every push leaves a line, so that they can be counted; nothing is packed away behind a reader's back.
  for (const [key, value] of [
    ['core.logAllRefUpdates', 'always'],
    ['receive.fsckObjects', 'true'],
    ['gc.auto', '0'],
    ['receive.autogc', 'false'],
  ])
    git(bare, 'config', key, value);
  renameSync(bare, place.remote);
  rmSync(draft, { recursive: true, force: true });
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The port of this demo's remote: drawn once, remembered for ever. */
async function portOf(place) {
  if (existsSync(place.port)) return Number(readFileSync(place.port, 'utf8'));
  for (let tries = 0; tries < 100; tries += 1) {
    const port = portFrom + Math.floor(Math.random() * (portTo - portFrom));
    if (!(await isFree(port))) continue;
    writeFileSync(`${place.port}.new`, String(port));
    renameSync(`${place.port}.new`, place.port);
    return port;
  }
  throw new Refusal(`No free port between ${portFrom} and ${portTo} on 127.0.0.1.`);
}

/** Whether a git server answers for our remote at this port. */
function serves(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer) => (socket.destroy(), resolve(answer));
    socket.setTimeout(2_000, () => settle(false));
    socket.once('error', () => settle(false));
    const request = 'git-upload-pack /remote.git\0host=127.0.0.1\0';
    socket.once('connect', () => socket.write((request.length + 4).toString(16).padStart(4, '0') + request));
    socket.once('data', (bytes) => settle(/^[0-9a-f]{4}[0-9a-f]{40} /.test(bytes.toString('latin1'))));
  });
}

/** Serves the remote; one that still serves it from before is used as it is. Gives the address. */
export async function serveRemote(place, examples, onStart) {
  const port = await portOf(place);
  const address = `git://127.0.0.1:${port}/remote.git`;
  if (await serves(port)) return address;
  const log = openSync(place.serverLog, 'a');
  // In a session of its own: Ctrl-C in the terminal is for the run, which still has to push.
  const child = spawn(
    process.execPath,
    [join(examples, 'git-server.mjs'), '--root', place.directory, '--port', String(port)],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: environmentOf(place),
    },
  );
  child.unref();
  onStart(child);
  for (const until = Date.now() + startMsMax; Date.now() < until;) {
    if (await serves(port)) return address;
    if (child.exitCode !== null) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Refusal(
    `The demo's git remote could not be served at 127.0.0.1:${port} (log: ${place.serverLog}).\n` +
      `If another program has taken that port, end it and run the same command again; \`--fresh\` starts over with another port.`,
  );
}
