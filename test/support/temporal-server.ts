/** Global set-up: one Temporal dev server for the run of the tests, in memory, on a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { TestProject } from 'vitest/node';
import { findBinary } from '../../src/adapters/temporal/dev-server/find-binary.ts';
import { addSearchAttributes } from '../../src/adapters/temporal/dev-server/prepare.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
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
  return () => stop(server);
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
