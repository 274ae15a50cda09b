/** Global set-up: one Temporal dev server for the run of the tests, in memory, on a free port, and the workflow bundle of the sources as they are. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { findBinary } from '../../src/adapters/temporal/dev-server/find-binary.ts';
import { ownFiles } from '../../src/own-files.ts';
import { addSearchAttributes } from '../../src/adapters/temporal/dev-server/prepare.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    /** Path of the workflow bundle. */
    workflowBundle: string;
    /** Path of the server's program, for tests that start one of their own. */
    temporalBinary: string;
  }
}

/** Flags measured to halve the latency of a workflow task. */
const flags = [
  '--headless',
  '--log-level',
  'never',
  '--dynamic-config-value',
  'history.transferProcessorMaxPollRPS=1000',
];
/** One per concurrent test file: queues have fixed names, so files keep apart by namespace. */
export const namespaces = Array.from({ length: availableParallelism() + 2 }, (_, n) => `tests-${n + 1}`);
const readyWithinMs = 30_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDirectory = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'tallyman');
  const binary = await findBinary({ stateDirectory, environment: process.env, say: () => undefined });
  const bundle = await bundleWorkflows();
  const port = await freePort();
  const server = spawn(
    binary.path,
    [
      'server',
      'start-dev',
      '--port',
      String(port),
      '--ip',
      '127.0.0.1',
      ...flags,
      ...namespaces.flatMap((name) => ['--namespace', name]),
    ],
    {
      stdio: 'ignore',
    },
  );
  const address = `127.0.0.1:${port}`;
  await ready(address);
  project.provide('temporalAddress', address);
  project.provide('temporalBinary', binary.path);
  project.provide('workflowBundle', join(bundle, bundleName));
  return async () => {
    await stop(server);
    await rm(bundle, { recursive: true });
  };
}

const bundleName = 'workflows.js';

async function bundleWorkflows(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tallyman-bundle-'));
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  const { code } = await bundleWorkflowCode({ workflowsPath: join(ownFiles.root, 'src/workflows/index.ts'), logger });
  await writeFile(join(directory, bundleName), code);
  return directory;
}

async function ready(address: string): Promise<void> {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      for (const namespace of namespaces) await addSearchAttributes(connection, namespace);
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
