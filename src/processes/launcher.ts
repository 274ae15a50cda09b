/**
 * Entry: starts supervisors for a worker, so that a worker with a large heap does not pay for `fork`. Lines of JSON:
 * `{id, supervisor, directory}` in, `{id}` or `{id, problem}` out. It ends when its worker closes its input, however
 * the worker died; the supervisors it started are detached from it and live on.
 */
import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A supervisor holds no data to speak of: a small heap. */
const nodeOptions = ['--max-old-space-size=48', '--max-semi-space-size=1'];

interface LaunchRequest {
  readonly id: number;
  readonly supervisor: string;
  readonly directory: string;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as LaunchRequest; // Written by launcher-client.ts, our own.
  void launch(request).then((problem) => {
    process.stdout.write(`${JSON.stringify({ id: request.id, ...(problem !== undefined && { problem }) })}\n`);
  });
});
// The worker is gone: nothing more to answer.
process.stdout.on('error', () => process.exit());
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

async function launch({ supervisor, directory }: LaunchRequest): Promise<string | undefined> {
  let log: number | undefined;
  try {
    log = openSync(join(directory, 'supervisor.log'), 'a', 0o600);
    const child = spawn(process.execPath, [...nodeOptions, supervisor, directory], {
      detached: true,
      cwd: '/',
      stdio: ['ignore', 'ignore', log],
    });
    child.unref();
    return await new Promise((resolve) => {
      child.once('spawn', () => {
        resolve(undefined);
      });
      child.once('error', (error) => {
        resolve(error.message);
      });
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (log !== undefined) closeSync(log);
  }
}
