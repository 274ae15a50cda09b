#!/usr/bin/env node
// Makes a checkout ready: checks node and git, installs the packages of package-lock.json, builds dist/. Plain Node, no
// packages of its own. It can be killed anywhere and started again: what is half done does not count as done.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lock } from './lib/lock.mjs';
import { main, Refusal, step } from './lib/steps.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'node_modules', '.tallyman-stamp');
/** npm's own record, written when an installation is whole. */
const npmRecord = join(root, 'node_modules', '.package-lock.json');
const logFile = join(root, '.cache', 'setup.log');
/** npm on a slow line; a person can press Ctrl-C before that. */
const lockWaitMs = 20 * 60_000;
const logLinesShown = 15;

function atLeast(version, major, minor) {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

function checkPrograms() {
  if (!atLeast(process.versions.node, 20, 19))
    throw new Refusal(
      `This is Node ${process.versions.node}, expected 20.19 or newer: install it from https://nodejs.org/ or with nvm (.nvmrc).`,
    );
  const git = spawnSync('git', ['--version'], { encoding: 'utf8' });
  const version = /(\d+\.\d+[.\d]*)/.exec(git.stdout ?? '')?.[1];
  if (git.error !== undefined || version === undefined)
    throw new Refusal('git was not found on PATH, expected 2.38 or newer: install it with your package manager.');
  if (!atLeast(version, 2, 38))
    throw new Refusal(`This is git ${version}, expected 2.38 or newer: update it with your package manager.`);
  return `node ${process.versions.node}, git ${version}`;
}

/** What node_modules must have been made from: the lockfile, and the Node and machine its binaries fit. */
function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`${process.versions.modules} ${process.platform} ${process.arch}`).digest('hex');
}

const readText = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Whether npm itself has installed exactly this lockfile. */
function isInstalledByNpm() {
  const record = readText(npmRecord);
  if (record === '') return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages: there } = JSON.parse(record);
  return Object.entries(wanted).every(
    ([path, { version, optional, peer }]) =>
      path === '' ||
      there[path]?.version === version ||
      (there[path] === undefined && (optional === true || peer === true)),
  );
}

function writeStamp(stamp) {
  writeFileSync(`${stampFile}.new`, stamp);
  renameSync(`${stampFile}.new`, stampFile);
}

/** The npm that runs us, else the one on PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  return own?.endsWith('npm-cli.js') && existsSync(own) ? [process.execPath, own] : ['npm'];
}

function runLogged([file, ...args], held) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const log = openSync(logFile, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', log, log] });
    child.on('spawn', () => held.hold(child));
    child.on('error', (error) => reject(new Refusal(`${file} could not be started (${error.code}): is it on PATH?`)));
    child.on('close', (code, signal) => resolve(signal ?? code));
  }).finally(() => closeSync(log));
}

function adviceFor(log) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i.test(log)) {
    const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout?.trim();
    return `The package registry ${registry ?? ''} did not answer. Check the network, \`npm config get registry\` and the proxy settings, then run the same command again.`;
  }
  if (/E401|E403/.test(log))
    return 'The package registry refused the login: check the token in ~/.npmrc, then run the same command again.';
  if (/ENOSPC/.test(log))
    return 'The disk is full: about 500 MB are needed. Make room, then run the same command again.';
  if (/EACCES|EPERM/.test(log))
    return `A file below ${root} may not be written: check its owner, then run the same command again.`;
  return 'Run the same command again; if it fails the same way, the log says why.';
}

async function install(stamp, held) {
  // First of all, what says "whole": npm empties the folder in no particular order, and may be killed while it does.
  for (const file of [stampFile, npmRecord]) rmSync(file, { force: true });
  const code = await runLogged([...npmCommand(), 'ci', '--include=dev', '--no-audit', '--no-fund'], held);
  if (code === 0) return writeStamp(stamp);
  const log = readText(logFile);
  const end = log.trimEnd().split('\n').slice(-logLinesShown).join('\n');
  throw new Refusal(
    `${end}\n\nThe packages could not be installed (npm ci ended with ${code}; log: ${logFile}).\n${adviceFor(log)}`,
  );
}

async function build(held) {
  const code = await runLogged([process.execPath, join(root, 'scripts', 'build.mjs'), '--if-needed'], held);
  if (code !== 0)
    throw new Refusal(`${readText(logFile).trimEnd()}\n\nThe build ended with ${code}. The lines above say why.`);
}

/** Everything, in order, each step shown and timed. Two at once wait for each other. */
export async function setup() {
  await step('node and git', checkPrograms);
  const held = await lock(join(root, '.cache', 'setup.lock'), {
    waitMs: lockWaitMs,
    onWait: (holder) =>
      process.stdout.write(`  … another set-up is at work here (process ${holder?.pid}); waiting for it\n`),
  });
  if (!held.taken)
    throw new Refusal(
      `Process ${held.holder?.pid} has been setting up this checkout for too long: end it, then run the same command again.`,
    );
  try {
    const stamp = wantedStamp();
    if (readText(stampFile) !== stamp) {
      if (isInstalledByNpm()) writeStamp(stamp);
      else await step('packages (npm ci)', () => install(stamp, held));
    }
    await step('build', () => build(held));
  } finally {
    held.free();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    process.stdout.write('Making this checkout ready: packages from package-lock.json, then dist/.\n');
    await setup();
    process.stdout.write('Ready.\n');
  });
}
