#!/usr/bin/env node
// `npm run demo`: a small code base with 28 tasks on a remote of its own, run to done by a scripted agent. Everything
// lies below one folder; killed anywhere and started again it goes on where it was.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareCheckout, updateCheckout } from './lib/demo/checkout.mjs';
import { environmentOf, placeOf } from './lib/demo/place.mjs';
import { seedRemote, serveRemote } from './lib/demo/remote.mjs';
import { endAll, endKind, remember } from './lib/demo/running.mjs';
import { isFinished, rowsOf, summaryLines } from './lib/demo/summary.mjs';
import { lock } from './lib/lock.mjs';
import { end } from './lib/process-id.mjs';
import { main, Refusal, step } from './lib/steps.mjs';
import { root, setup } from './setup.mjs';

const help = `Usage: npm run demo [-- [--dir DIR] [--fresh] [--keep-open]]

  --dir DIR     put everything below DIR and leave it there (default: ~/.cache/tallyman-demo)
  --fresh       start over: ends what an earlier demo left running, removes what it left behind
  --keep-open   at the end, keep the Temporal server and its Web UI up until Ctrl-C
`;
const examples = join(root, 'examples', 'demo');
const client = join(root, 'dist', 'client.js');
/** One Ctrl-C arrives twice when npm stands between: from the terminal and from npm. */
const sameSignalMs = 400;
const interrupted = 130;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        'keep-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${help}`, 2);
  }
}

const show = (text = '') => process.stdout.write(`${text}\n`);

/** Everything below the folder goes but the Temporal server's binary, which is the same for every demo. */
async function startOver(place) {
  await endAll(place);
  if (!existsSync(place.directory)) return;
  for (const name of readdirSync(place.directory)) {
    if (name === 'state' || name.startsWith('demo.lock')) continue;
    rmSync(join(place.directory, name), { recursive: true, force: true });
  }
  if (!existsSync(place.state)) return;
  for (const name of readdirSync(place.state)) {
    if (name !== 'bin') rmSync(join(place.state, name), { recursive: true, force: true });
  }
}

/** A folder that holds something else is not ours to fill, and not ours to empty. */
function checkDirectory(place) {
  if (!existsSync(place.directory)) return;
  const known = ['remote.git', 'port', 'state', 'demo.lock', 'started.json'];
  const names = readdirSync(place.directory);
  if (names.length > 0 && !names.some((name) => known.includes(name)))
    throw new Refusal(
      `${place.directory} is not empty and is no demo, expected a new or empty folder: choose another with --dir.`,
    );
}

/** Runs our client in the checkout, and hands Ctrl-C on to it: once for each time it was pressed. */
function runClient(place, args, options = {}) {
  const child = spawn(process.execPath, [client, ...args], {
    cwd: place.checkout,
    env: environmentOf(place),
    // A session of its own, so that a signal reaches it through us alone and is not counted twice.
    detached: true,
    stdio: ['ignore', options.quiet === true ? 'ignore' : 'inherit', 'inherit'],
  });
  remember(place, child, 'client');
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
  return { child, ended };
}

function passSignalsTo(child) {
  let last = 0;
  const pass = (signal) => {
    if (Date.now() - last < sameSignalMs) return;
    last = Date.now();
    child.kill(signal);
  };
  const handlers = ['SIGINT', 'SIGTERM'].map((signal) => [signal, () => pass(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

async function runToEnd(place) {
  show();
  const { child, ended } = runClient(place, ['run']);
  const stopPassing = passSignalsTo(child);
  const code = await ended;
  stopPassing();
  show();
  return code;
}

function showEnd(place) {
  for (const line of summaryLines(place)) show(line);
  const again = ['npm run demo --', ...(process.argv.includes('--dir') ? ['--dir', place.directory] : [])].join(' ');
  show(`Remote: ${place.remote} (the plan is docs/tasks.md on main), checkout: ${place.checkout}`);
  show();
  show('To look further:');
  show(`  git -C ${place.remote} log -p --reverse main -- docs/tasks.md     every change of the plan`);
  show(`  git -C ${place.remote} log --graph --stat test/coverage           the work, as it came together`);
  show(`  ${again} --keep-open     the Web UI, with the history of the run`);
}

/** Until Ctrl-C: the server with everything the run has left in it. */
async function keepOpen(place) {
  show();
  const { child, ended } = runClient(place, ['server']);
  const stopPassing = passSignalsTo(child);
  await ended;
  stopPassing();
}

/** One demo at a time in one folder; `--fresh` ends the one that is at work there. */
async function takeOver(place, fresh) {
  let held = await lock(place.lock, { waitMs: 0 });
  if (!held.taken && fresh) {
    await end(held.holder);
    held = await lock(place.lock, { waitMs: 0 });
  }
  if (held.taken) return held;
  throw new Refusal(
    `This demo is running already (process ${held.holder?.pid}): watch it there, end it with --fresh, or use another folder with --dir.`,
  );
}

async function demo(place, options) {
  mkdirSync(place.directory, { recursive: true });
  const isNew = !existsSync(place.remote);
  try {
    await step(isNew ? 'remote: code base and plan' : 'remote: as it was left', () => seedRemote(place, examples));
    const address = await step('remote: served on loopback', () =>
      serveRemote(place, examples, (child) => remember(place, child, 'remote')),
    );
    await step('checkout, config and agent', () => {
      prepareCheckout(place, examples, address);
      return relative(process.cwd(), place.checkout).startsWith('..')
        ? place.checkout
        : relative(process.cwd(), place.checkout);
    });
    let code = 0;
    if (isFinished(place)) show('\nThis demo has finished (--fresh starts over). It ended like this:\n');
    else code = await runToEnd(place);
    if (code === 0) updateCheckout(place);
    if (code === interrupted || rowsOf(place).every(({ status }) => status === 'not-started')) {
      if (code !== 0) show('Nothing is lost: the same command goes on where this ended.');
    } else showEnd(place);
    if (options['keep-open'] && code === 0) await keepOpen(place);
    return code;
  } finally {
    await endKind(place, 'remote');
  }
}

await main(async () => {
  const options = readOptions();
  if (options.help) return void process.stdout.write(help);
  const place = placeOf(options.dir);
  checkDirectory(place);
  show(`Tallyman's demo, below ${place.directory}`);
  await setup();
  const held = await takeOver(place, options.fresh);
  try {
    if (options.fresh) await step('starting over', () => startOver(place));
    return await demo(place, options);
  } finally {
    held.free();
  }
});
