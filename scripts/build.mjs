#!/usr/bin/env node
// Builds dist/: the client and our small processes by esbuild, the workflow bundle by Temporal's own bundler.
// Needs node_modules (scripts/setup.mjs). `--if-needed` does nothing when no source changed since the last whole build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(directory, entry.name)) : [join(directory, entry.name)],
  );
}

function stamp() {
  const hash = createHash('sha256');
  const inputs = [
    ...filesBelow(join(root, 'src')).sort(),
    join(root, 'package-lock.json'),
    join(root, 'scripts/build.mjs'),
  ];
  for (const file of inputs) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const now = stamp();
if (process.argv.includes('--if-needed') && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now)
  process.exit(0);

const { build } = await import('esbuild');
rmSync(stampFile, { force: true });
mkdirSync(dist, { recursive: true });

const bundle = {
  absWorkingDir: root,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native or self-locating packages stay outside; everything else is bundled, because an unbundled CLI pays for its imports at each start.
  external: ['@temporalio/*', '@swc/core', 'protobufjs', 'jiti'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  sourcemap: 'linked',
  logLevel: 'warning',
};
const programs = ['supervisor', 'launcher', 'server-keeper'].map((name) => `src/processes/${name}.ts`);
await build({ ...bundle, entryPoints: programs });
await build({ ...bundle, entryPoints: ['src/client.ts', 'src/worker.ts'], splitting: true });

const workflows = join(root, 'src/workflows/index.ts');
if (existsSync(workflows)) {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath: workflows, logger: quiet });
  writeFileSync(join(dist, 'workflows.js.new'), code);
  renameSync(join(dist, 'workflows.js.new'), join(dist, 'workflows.js'));
}
writeFileSync(`${stampFile}.new`, now);
renameSync(`${stampFile}.new`, stampFile);
