/** The SDK's own download of the dev server. It has no call of its own and no time-out, so it runs in a child process that is ended when nothing has arrived after 10 s. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownFiles } from '../../../own-files.ts';
import type { Fetched, FindBinaryOptions } from './download.ts';
import { connectTimeoutMs } from './versions.ts';

/** Starts the SDK's ephemeral server once, only for the file that this leaves behind. */
const program = `
import { TestWorkflowEnvironment } from '@temporalio/testing';
const downloadDir = process.argv[1];
const env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir }, log: { format: 'pretty', level: 'error' } } });
await env.teardown();
process.exit(0);
`;

export async function fetchBySdk(target: string, options: Pick<FindBinaryOptions, 'environment'>): Promise<Fetched> {
  await mkdir(dirname(target), { recursive: true });
  const directory = await mkdtemp(join(dirname(target), 'sdk-download-'));
  try {
    const ended = await runDownload(directory, options.environment);
    if (!ended.ok) return ended;
    const largest = await largestFile(directory);
    if (largest === undefined) return { ok: false, why: 'it left no file behind' };
    await rename(largest.path, target);
    return { ok: true };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function runDownload(directory: string, environment: Readonly<Record<string, string | undefined>>): Promise<Fetched> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
      cwd: ownFiles.root,
      env: { ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-4000)));
    let bytesSeen = 0;
    let waitedMs = 0;
    const watch = setInterval(() => {
      void largestFile(directory).then((file) => {
        const size = file?.size ?? 0;
        waitedMs = size > bytesSeen ? 0 : waitedMs + 500;
        bytesSeen = size;
        if (waitedMs >= connectTimeoutMs) child.kill('SIGKILL');
      });
    }, 500);
    child.on('close', (code) => {
      clearInterval(watch);
      const timedOut = code === null;
      resolve(
        code === 0
          ? { ok: true }
          : { ok: false, why: timedOut ? `nothing arrived within ${connectTimeoutMs / 1000} s` : reasonIn(said) },
      );
    });
  });
}

/** The host that could not be reached, when the SDK's own words name one; else the end of what it said. */
export function reasonIn(text: string): string {
  const host = /error sending request for url \(https?:\/\/([^/?)]+)/.exec(text)?.[1];
  if (host !== undefined) return `${host} cannot be reached`;
  const line = text.split('\n').find((candidate) => /error/i.test(candidate)) ?? 'the download ended with an error';
  const words = line.replace(/^\W*Error:\s*/, '').trim();
  return words.length <= 160 ? words : `${words.slice(0, 159)}…`;
}

async function largestFile(directory: string): Promise<{ readonly path: string; readonly size: number } | undefined> {
  const names = await readdir(directory).catch(() => []); // Removed by now: nothing to see.
  let largest: { path: string; size: number } | undefined;
  for (const name of names) {
    const path = join(directory, name);
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (largest === undefined || size > largest.size) largest = { path, size };
  }
  return largest;
}
