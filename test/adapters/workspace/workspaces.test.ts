// Level: adapter, on real folders.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TaskWorkspace, Workspaces } from '../../../src/adapters/workspace/port.ts';
import { createWorkspaces } from '../../../src/adapters/workspace/workspaces.ts';
import { planId } from '../../../src/domain/ids.ts';

const plan = planId('0a1b2c3d');
let state: string;
let workspaces: Workspaces;

const mark = (task: string): Parameters<Workspaces['writeMark']>[1] => ({
  ...{ plan, task, base: 'b'.repeat(40), run: '11112222', ready: true },
});

async function made(task: string): Promise<TaskWorkspace> {
  const workspace = workspaces.ofTask(plan, task);
  await workspaces.make(workspace);
  mkdirSync(workspace.code);
  await workspaces.writeMark(workspace, mark(task));
  return workspace;
}

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tallyman-ws-'));
  workspaces = createWorkspaces({ stateDirectory: state });
});

describe('a workspace', () => {
  test('has paths that carry no attempt number', () => {
    expect(workspaces.ofTask(plan, 'MS-SEC-001').code).toBe(join(state, 'workspaces/0a1b2c3d/MS-SEC-001/code'));
  });

  test('is ours once it is marked', async () => {
    const workspace = workspaces.ofTask(plan, 'T-1');
    expect(await workspaces.mark(workspace)).toBeUndefined();
    await workspaces.make(workspace);
    expect(await workspaces.mark(workspace)).toBeUndefined();
    await workspaces.writeMark(workspace, mark('T-1'));
    expect(await workspaces.mark(workspace)).toEqual(mark('T-1'));
  });

  test('a torn marker is no marker', async () => {
    const workspace = await made('T-1');
    for (const text of ['', '{', '{"plan":"0a1b2c3d"}']) {
      writeFileSync(join(workspace.root, 'tallyman.json'), text);
      expect(await workspaces.mark(workspace)).toBeUndefined();
    }
  });

  test('is made anew without the rest of an earlier try', async () => {
    const workspace = await made('T-1');
    writeFileSync(join(workspace.code, 'old'), 'x');
    await workspaces.make(workspace);
    expect(readdirSync(workspace.root)).toEqual(['home']);
  });

  test.each([['..'], ['../../x'], ['a/b'], ['/etc'], [''], ['.git'], ['_gates'], ['.trash']])(
    'of a task named "%s" still lies below our root',
    async (name) => {
      const workspace = await made(name);
      expect(workspace.root).toMatch(new RegExp(`^${state}/workspaces/0a1b2c3d/_[0-9a-f]{16}$`));
    },
  );

  test('is removed without following a symlink', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'tallyman-outside-'));
    writeFileSync(join(outside, 'precious'), 'x');
    const workspace = await made('T-1');
    symlinkSync(outside, join(workspace.code, 'link'));
    await workspaces.remove(workspace);
    expect(existsSync(workspace.root)).toBe(false);
    expect(readdirSync(outside)).toEqual(['precious']);

    symlinkSync(outside, workspace.root);
    await workspaces.remove(workspace);
    expect(existsSync(workspace.root)).toBe(false);
    expect(readdirSync(outside)).toEqual(['precious']);
    expect(readdirSync(join(state, 'workspaces/.trash'))).toEqual([]);
  });

  test('is removed with folders that nobody may write to', async () => {
    const workspace = await made('T-1');
    const locked = join(workspace.code, 'locked');
    mkdirSync(locked);
    writeFileSync(join(locked, 'file'), 'x');
    chmodSync(locked, 0o500);
    await workspaces.remove(workspace);
    expect(existsSync(workspace.root)).toBe(false);
  });

  test('that is a symlink is not ours', async () => {
    const workspace = await made('T-1');
    const other = workspaces.ofTask(plan, 'T-2');
    symlinkSync(workspace.root, other.root);
    expect(await workspaces.mark(other)).toBeUndefined();
  });

  test('outside our root is never removed', () => {
    const elsewhere = { ...workspaces.ofTask(plan, 'T-1'), root: join(state, 'steps') };
    expect(() => workspaces.remove(elsewhere)).toThrow('is no workspace');
  });
});

describe('the result file', () => {
  test('is read as it is', async () => {
    const workspace = await made('T-1');
    expect(await workspaces.readResult(workspace)).toEqual({ kind: 'none' });
    writeFileSync(workspace.resultFile, '{"grüße":1}');
    expect(await workspaces.readResult(workspace)).toEqual({ kind: 'text', text: '{"grüße":1}' });
    await workspaces.clearResult(workspace);
    expect(await workspaces.readResult(workspace)).toEqual({ kind: 'none' });
  });

  test.each<[string, (file: string) => void]>([
    ['a symbolic link', (file) => symlinkSync('/etc/hostname', file)],
    ['no regular file', (file) => mkdirSync(file)],
    ['no regular file', (file) => execFileSync('mkfifo', [file])],
    ['bytes', (file) => writeFileSync(file, 'x'.repeat(64 * 1024 + 1))],
    ['not UTF-8', (file) => writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['not UTF-8', (file) => writeFileSync(file, Buffer.from('\ufeff{"a":1}', 'utf16le'))],
  ])('is refused when it is %s', async (why, plant) => {
    const workspace = await made('T-1');
    plant(workspace.resultFile);
    expect(await workspaces.readResult(workspace)).toMatchObject({
      kind: 'unreadable',
      problem: expect.stringContaining(why) as string,
    });
    await workspaces.clearResult(workspace);
    expect(await workspaces.readResult(workspace)).toEqual({ kind: 'none' });
  });
});

test('a prompt replaces a planted symlink instead of writing through it', async () => {
  const workspace = await made('T-1');
  const victim = join(state, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, workspace.promptFile);
  await workspaces.writePrompt(workspace, 'do it');
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(readFileSync(workspace.promptFile, 'utf8')).toBe('do it');
});

describe('a gate place', () => {
  test('is taken up again once its clone is finished', async () => {
    const first = await workspaces.forGates(plan, 'T-1.11112222.a1.gates.1');
    expect(first.ready).toBe(false);
    mkdirSync(first.directory);
    const torn = await workspaces.forGates(plan, 'T-1.11112222.a1.gates.1');
    expect(torn.ready).toBe(false);
    expect(existsSync(torn.directory)).toBe(false);
    mkdirSync(torn.directory);
    await torn.markReady('c'.repeat(40));
    const again = await workspaces.forGates(plan, 'T-1.11112222.a1.gates.1');
    expect(again).toMatchObject({ ready: true, directory: first.directory, commit: 'c'.repeat(40) });
    await again.remove();
    expect((await workspaces.forGates(plan, 'T-1.11112222.a1.gates.1')).ready).toBe(false);
  });

  test('is one for each name', async () => {
    const one = await workspaces.forGates(plan, 'a');
    expect((await workspaces.forGates(plan, 'b')).directory).not.toBe(one.directory);
  });
});

test('the newest released workspaces are kept, and those in use', async () => {
  for (const [place, task] of ['T-1', 'T-2', 'T-3', 'T-4'].entries()) {
    const workspace = await made(task);
    if (task === 'T-4') continue;
    await workspaces.release(workspace);
    utimesSync(join(workspace.root, 'released'), place, place);
  }
  await workspaces.bound(plan, 1);
  expect(readdirSync(join(state, 'workspaces/0a1b2c3d')).sort()).toEqual(['T-3', 'T-4']);
  await workspaces.writeMark(workspaces.ofTask(plan, 'T-3'), mark('T-3'));
  await workspaces.bound(plan, 0);
  expect(readdirSync(join(state, 'workspaces/0a1b2c3d')).sort()).toEqual(['T-3', 'T-4']);
});

test('a folder of a clone is found only when it is a real one', async () => {
  const workspace = await made('T-1');
  mkdirSync(join(workspace.code, 'apps/api'), { recursive: true });
  mkdirSync(join(workspace.code, '.git'));
  symlinkSync('/etc', join(workspace.code, 'apps/evil'));
  writeFileSync(join(workspace.code, 'apps/file'), '');
  const folder = (path: string): Promise<string | undefined> => workspaces.folder(workspace.code, path);
  expect(await folder('')).toBe(workspace.code);
  expect(await folder('apps/api')).toBe(join(workspace.code, 'apps/api'));
  for (const path of ['apps/evil', 'apps/file', 'apps/none', '../..', '.git', 'apps/evil/ssl'])
    expect(await folder(path)).toBeUndefined();
});
