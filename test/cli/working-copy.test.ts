// Level: unit (git in a temporary folder).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findWorkingCopy } from '../../src/cli/working-copy.ts';
import { type Folder, makeFolder } from './run-tallyman.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

test('the person is known by the name that git has, also without an address', async () => {
  folder.git('init', '--quiet');
  folder.git('config', 'user.name', 'Ann Other');
  const variables = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const copy = await findWorkingCopy(folder.path, variables);
  expect(copy).toMatchObject({ user: 'Ann Other' });
  expect(copy?.author).toBeUndefined();
});
