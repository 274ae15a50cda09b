#!/usr/bin/env node
// A git:// server for one machine: listens on loopback and hands each connection to git's own `upload-pack` or
// `receive-pack`. In plain Node, because `git daemon` is a package of its own on some systems, and because with a path
// remote `receive-pack` would be a child of the pusher and die with it.
//   node git-server.mjs --root DIR [--port N]      prints `git://127.0.0.1:PORT/` and serves until it is ended
//   startGitServer({ root, port })                 the same inside a process; port 0 or none takes a free one
// It serves only repositories below `root`, only to this machine, and to everybody on it: no rights, no names.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const services = { 'git-upload-pack': 'upload-pack', 'git-receive-pack': 'receive-pack' };
/** git's own limit of one packet line. */
const requestBytesMax = 65_520;
/** A client that connects and says nothing is dropped after this. */
const requestMs = 10_000;
/** What a git whose client has gone away gets to end by itself: it hears the closed pipe, and a push that had arrived whole still counts. */
const graceMs = 5_000;

/** Serves every repository below `root`. Returns the port and `close()`, which resolves when no child is left. */
export function startGitServer({ root, port = 0, host = '127.0.0.1' }) {
  const realRoot = realpathSync(root);
  const children = new Set();
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readRequest(socket, (request, rest) => {
      const repository = confined(realRoot, request.path);
      if (repository === undefined) return refuse(socket, `no repository at ${request.path}`);
      const child = serve(socket, services[request.service], repository, request.protocol, rest);
      children.add(child);
      child.on('close', () => children.delete(child));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({ port: server.address().port, close: () => close(server, sockets, children) }));
  });
}

/** The first packet: `LLLLgit-upload-pack /path\0host=…\0[\0version=2\0]`. */
function readRequest(socket, then) {
  let bytes = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), requestMs);
  socket.on('close', () => clearTimeout(timer));
  const onData = (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length < 4) return;
    const length = Number.parseInt(bytes.subarray(0, 4).toString('latin1'), 16);
    if (!(length > 4 && length <= requestBytesMax)) return void socket.destroy();
    if (bytes.length < length) return;
    clearTimeout(timer);
    socket.pause();
    socket.off('data', onData);
    const [command = '', ...extras] = bytes.subarray(4, length).toString('utf8').split('\0');
    const [, service, path] = /^(git-upload-pack|git-receive-pack) (\/.*?)\n?$/.exec(command) ?? [];
    if (service === undefined) return refuse(socket, `unknown request ${JSON.stringify(command.slice(0, 100))}`);
    then({ service, path, protocol: extras.filter((extra) => /^version=\d+$/.test(extra)).join(':') }, bytes.subarray(length));
  };
  socket.on('data', onData);
}

/** The real path of a repository below the root, links followed; undefined when it lies elsewhere or is none. */
function confined(root, path) {
  try {
    const real = realpathSync(join(root, path));
    realpathSync(join(real, 'HEAD'));
    return real.startsWith(root + sep) ? real : undefined;
  } catch {
    return undefined; // Not there, or not ours to read: one answer for both.
  }
}

function serve(socket, service, repository, protocol, rest) {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...environment } = process.env;
  const child = spawn('git', [service, ...(service === 'upload-pack' ? ['--strict'] : []), repository], {
    // A group of its own: Ctrl-C in the terminal does not tear a push in two, and its helpers are ended with it.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...environment, ...(protocol === '' ? {} : { GIT_PROTOCOL: protocol }) },
  });
  child.on('error', () => socket.destroy());
  child.stdin.on('error', () => {}); // git has ended before its client: the answer says why.
  child.stdout.on('error', () => {});
  if (rest.length > 0) child.stdin.write(rest);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
  socket.on('close', () => {
    child.stdin.end();
    child.stdout.destroy();
    endLater(child);
  });
  child.on('close', () => socket.end());
  return child;
}

/** Ends a git that outlives its client; SIGTERM lets it remove its lock files. */
function endLater(child) {
  const term = setTimeout(() => kill(child, 'SIGTERM'), graceMs);
  const last = setTimeout(() => kill(child, 'SIGKILL'), 2 * graceMs);
  child.on('close', () => {
    clearTimeout(term);
    clearTimeout(last);
  });
}

function kill(child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended between the check and the call.
  }
}

function refuse(socket, text) {
  const line = `ERR ${text}\n`;
  socket.end((line.length + 4).toString(16).padStart(4, '0') + line);
}

function close(server, sockets, children) {
  const gone = [...children].map((child) => new Promise((resolve) => child.on('close', resolve)));
  return new Promise((resolve) => {
    server.close(() => resolve(Promise.all(gone).then(() => undefined)));
    for (const socket of sockets) socket.destroy();
    for (const child of children) kill(child, 'SIGTERM');
  });
}

async function main() {
  const option = (name) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const root = option('--root');
  if (root === undefined) {
    console.error('Usage: node git-server.mjs --root DIR [--port N | --reuse-port N]');
    process.exit(2);
  }
  const wanted = Number(option('--port') ?? option('--reuse-port') ?? 0);
  const server = await startGitServer({ root, port: wanted }).catch((error) => {
    console.error(
      error.code === 'EADDRINUSE'
        ? `Port ${wanted} is taken, expected a free one: is another git-server.mjs still running?`
        : error.message,
    );
    process.exit(3);
  });
  console.log(`git://127.0.0.1:${server.port}/`);
  const stop = () => void server.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await main();
