// Level: unit, over a fake of the one call that is made.
import { describe, expect, test } from 'vitest';
import { gatesOf } from '../../src/activities/default-gates.ts';
import type { Git } from '../../src/adapters/git/port.ts';
import { commitSha } from '../../src/domain/ids.ts';
import { repo } from './attempt-rig.ts';

const base = commitSha('b'.repeat(40));

async function commands(files: Readonly<Record<string, string>>, folder = ''): Promise<readonly string[]> {
  const read: Git['read'] = (_commit, path) => {
    const text = files[path];
    return Promise.resolve(text === undefined ? undefined : { bytes: new TextEncoder().encode(text), mode: '100644' });
  };
  const gates = await gatesOf({ read } as Git, { base, repo: { ...repo, gates: 'default' }, folder });
  return gates.map(
    ({ settings, folder: at }) => `${at}> ${(settings.options['command'] as readonly string[]).join(' ')}`,
  );
}

const scripts = (...names: readonly string[]): string =>
  JSON.stringify({ scripts: Object.fromEntries(names.map((name) => [name, 'x'])) });

describe('the default gates', () => {
  test('are those of lint, typecheck and test that package.json has, in this order', async () => {
    expect(await commands({ 'package.json': scripts('test', 'build', 'lint') })).toEqual([
      '> npm run --silent lint',
      '> npm run --silent test',
    ]);
  });

  test("are the folder's, else the root's", async () => {
    const files = {
      'package.json': scripts('lint'),
      'apps/api/package.json': scripts('test'),
      'apps/web/package.json': scripts('dev'),
    };
    expect(await commands(files, 'apps/api')).toEqual(['apps/api> npm run --silent test']);
    expect(await commands(files, 'apps/web')).toEqual(['> npm run --silent lint']);
    expect(await commands(files, 'apps/none')).toEqual(['> npm run --silent lint']);
  });

  test.each([
    ['pnpm-lock.yaml', 'pnpm run lint'],
    ['yarn.lock', 'yarn run lint'],
    ['bun.lock', 'bun run lint'],
    ['bun.lockb', 'bun run lint'],
    ['package-lock.json', 'npm run --silent lint'],
  ])('with %s are run as %s, also in a workspace of it', async (lockfile, command) => {
    expect(await commands({ 'package.json': scripts('lint'), [lockfile]: '' })).toEqual([`> ${command}`]);
    expect(await commands({ 'apps/api/package.json': scripts('lint'), [lockfile]: '' }, 'apps/api')).toEqual([
      `apps/api> ${command}`,
    ]);
  });

  test('packageManager says it before any lockfile', async () => {
    const manifest = JSON.stringify({ scripts: { lint: 'x' }, packageManager: 'pnpm@9.1.0' });
    expect(await commands({ 'package.json': manifest, 'package-lock.json': '' })).toEqual(['> pnpm run lint']);
  });

  test.each([
    ['no package.json', {}],
    ['no JSON', { 'package.json': '{' }],
    ['no object', { 'package.json': '3' }],
    ['odd scripts', { 'package.json': '{"scripts":3}' }],
  ])('are none with %s', async (_name, files: Record<string, string>) => {
    expect(await commands(files)).toEqual([]);
  });
});
