// Level: chaos, publishers are killed at random moments; the seed is printed.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PublishInput, PublishResult } from '../../src/contracts/activities.ts';
import type { CommitSha } from '../../src/domain/ids.ts';
import { ownFiles } from '../../src/own-files.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { claim, planSettings, run, transition } from '../support/publishing.ts';

const kills = Number(process.env['TALLYMAN_CHAOS_KILLS'] ?? '60');
const seed = Number(process.env['TALLYMAN_SEED'] ?? randomInt(2 ** 31));
const perPush = 4;
const perWriter = 24;
const ids = (writer: number): string[] =>
  Array.from({ length: perWriter }, (_, n) => `W${writer}-${n + 1}`.replace('W1', 'WA').replace('W2', 'WB'));
const rows = [...ids(1), ...ids(2)].map((id) => `| ${id} | not-started | x | |\n`).join('');
let remote: TestRemote;
let program: string;
let bundles: string;

beforeAll(async () => {
  remote = await makeRemote({
    files: { 'docs/tasks.md': `# P\n\n| id | status | description | notes |\n|-|-|-|-|\n${rows}` },
  });
  // Inside the checkout, so that the packages left out of the bundle are found.
  bundles = mkdtempSync(join(ownFiles.root, 'node_modules', '.tallyman-publisher-'));
  program = join(bundles, 'publisher.mjs');
  await build({
    entryPoints: [join(ownFiles.root, 'test/support/programs/publisher.ts')],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
    banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
  });
});
afterAll(async () => {
  rmSync(bundles, { recursive: true, force: true });
  await remote.close();
});

/** mulberry32: the same seed, the same moments. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs the program on the rest of the list; kills it after `killMs`. Answers what it answered. */
function publisher(
  stateDirectory: string,
  inputs: readonly PublishInput[],
  killMs: number | undefined,
): Promise<readonly PublishResult[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, JSON.stringify({ stateDirectory, inputs })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      // Counted from when it begins to work: how long a process takes to start says nothing of the publisher.
      if (killMs !== undefined && output !== '') timer ??= setTimeout(() => child.kill('SIGKILL'), killMs);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`the publisher ended with ${String(code)}`));
      else
        resolve(
          output
            .split('\n')
            .slice(1, -1)
            .map((line) => JSON.parse(line) as PublishResult),
        );
    });
  });
}

/** A run's queue of one writer: claims, then ends, with the base they had when they were queued. */
function queueOf(writer: number, base: CommitSha): PublishInput[] {
  const claims = ids(writer).map((id) => claim(id, base, { notes: 'claimed' }));
  const ends = ids(writer).map((task) =>
    transition({ task, name: 'done', from: 'in-progress', to: 'done', base, cells: { notes: 'landed' } }),
  );
  const inputs: PublishInput[] = [];
  for (const list of [claims, ends]) {
    for (let at = 0; at < list.length; at += perPush) {
      inputs.push({
        plan: planSettings(remote),
        run,
        at: '2026-01-02T03:04:05.000Z',
        tip: base,
        transitions: list.slice(at, at + perPush),
      });
    }
  }
  return inputs;
}

describe('two publishers and a person', () => {
  it(`lose nothing and double nothing over ${kills} kills (TALLYMAN_SEED=${seed})`, async () => {
    const chance = random(seed);
    const base = remote.tip('main')!;
    let killed = 0;
    const writer = async (number: number): Promise<void> => {
      const inputs = queueOf(number, base);
      // One cache for both: they share it as two workers of one host do.
      const state = join(remote.directory, 'state-shared');
      let answered = 0;
      while (answered < inputs.length) {
        const isKilled = killed < kills;
        // A push of four takes 100 to 300 ms.
        const results = await publisher(state, inputs.slice(answered), isKilled ? chance() * 500 : undefined);
        if (isKilled && results.length < inputs.length - answered) killed += 1;
        for (const result of results) expect(result).toMatchObject({ kind: 'published', conflicts: [] });
        answered += results.length;
      }
    };
    let writing = true;
    const person = async (): Promise<number> => {
      let edits = 0;
      for (; writing && edits < 200; edits += 1) {
        remote.commit({ [`person/${edits}`]: 'x' }, { message: `person ${edits}` });
        await new Promise((resolve) => setTimeout(resolve, 100 + chance() * 400));
      }
      return edits;
    };
    const personal = person();
    await Promise.all([writer(1), writer(2)]).finally(() => (writing = false));
    const edits = await personal;
    const ops = remote.log('main').flatMap(({ trailers }) => trailers['Tallyman-Op'] ?? []);
    const expected = [...ids(1), ...ids(2)].flatMap((id) => [`${run}:${id}:a1.g0:claim`, `${run}:${id}:a1.g0:done`]);
    expect([...ops].sort()).toEqual(expected.sort());
    const text = remote.read('main', 'docs/tasks.md') ?? '';
    expect(text.split('\n').filter((line) => line.includes('| done |'))).toHaveLength(2 * perWriter);
    expect(remote.git('ls-tree', '--name-only', 'main:person').trim().split('\n')).toHaveLength(edits);
    expect(remote.git('for-each-ref', '--format=%(refname)').trim()).toBe('refs/heads/main');
    remote.git('fsck', '--strict', '--no-dangling');
    expect(killed).toBeGreaterThanOrEqual(Math.min(kills, 10));
  }, 600_000);
});
