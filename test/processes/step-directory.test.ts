// Level: unit, with real files.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLease } from '../../src/processes/lease.ts';
import { identify } from '../../src/processes/process-identity.ts';
import {
  findSteps,
  markerOf,
  removeEmptyParents,
  stepDirectory,
  StepFileDamaged,
} from '../../src/processes/step-directory.ts';

let root: string;
const key = '0123abcd/T1/00000001.a1/agent.1';
const self = identify(process.pid)!;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tallyman-steps-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const spec = {
  key,
  file: 'agent',
  args: ['--go'],
  env: { PATH: '/bin' },
  directory: '/tmp',
  limits: { timeMs: 1, silentMs: 2, outputBytesMax: 3, leaseMs: 4, graceMs: 5 },
  marker: markerOf(key),
  sandbox: { kind: 'group', wrap: [] },
} as const;

describe('the files of a step', () => {
  test('are created once, whoever is first, and read as they were written', async () => {
    const directory = stepDirectory(root, key);
    await directory.create();
    const made = await Promise.all(Array.from({ length: 10 }, () => directory.createSpec(spec)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await directory.readSpec()).toEqual(spec);
    const journal = {
      kind: 'claimed',
      supervisor: self,
      startedAt: '2025-11-24T09:00:00.000Z',
      program: self,
    } as const;
    expect([await directory.claim(journal), await directory.claim({ kind: 'closed' })]).toEqual([true, false]);
    expect(await directory.readJournal()).toEqual(journal);
    const exit = {
      code: 0,
      endedBy: 'itself',
      durationMs: 1,
      outputBytes: 2,
      endedAt: '2025-11-24T09:00:00.000Z',
    } as const;
    expect([await directory.recordExit(exit), await directory.recordExit({ ...exit, code: 1 })]).toEqual([true, false]);
    expect(await directory.readExit()).toEqual(exit);
    expect((await readdir(directory.path)).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  test('are absent before they are written', async () => {
    const directory = stepDirectory(root, key);
    expect(await directory.readSpec()).toBeUndefined();
    expect(await directory.readExit()).toBeUndefined();
    expect(await directory.leaseStamp()).toBeUndefined();
    expect(await directory.outputBytes()).toBe(0);
    expect(await directory.askedToEnd()).toBeUndefined();
  });

  test('count the epochs of their watchers, each with a token of its own', async () => {
    const directory = stepDirectory(root, key);
    await directory.create();
    const first = await directory.takeEpoch(self, new Date(0));
    const second = await directory.takeEpoch(self, new Date(1), { workflowId: 'w', runId: 'r', activityId: 'a' });
    expect([first.epoch, second.epoch]).toEqual([1, 2]);
    expect(second.token).not.toBe(first.token);
    expect(await directory.readWatcher()).toEqual(second);
    expect(await directory.leaseStamp()).toBeTypeOf('number');
  });

  test('ask for an end with a grace, a tombstone before a kill', async () => {
    const directory = stepDirectory(root, key);
    await directory.create();
    await directory.askToKill(700);
    expect(await directory.askedToEnd()).toBe(700);
    expect(await directory.isBuried()).toBe(false);
    await directory.bury(0);
    expect(await directory.askedToEnd()).toBe(0);
    expect(await directory.isBuried()).toBe(true);
  });

  test.each([
    ['spec.json', '{"key":"x"}', /limits is missing, expected an object/],
    ['spec.json', 'not json', /is not JSON/],
    ['result.json', '{"endedBy":"magic"}', /endedBy is "magic", expected itself/],
    ['result.json', '{"endedBy":"itself","durationMs":"1"}', /durationMs is "1", expected a number/],
    ['journal.json', '{"kind":"claimed","supervisor":{"pid":1}}', /supervisor is .* expected a process/],
    ['watcher.json', '[]', /expected an object/],
  ])('%s of another form is refused with its path: %s', async (name, text, problem) => {
    const directory = stepDirectory(root, key);
    await directory.create();
    await writeFile(join(directory.path, name), text);
    const readAll = async (): Promise<void> => {
      await directory.readSpec();
      await directory.readExit();
      await directory.readJournal();
      await directory.readWatcher();
    };
    await expect(readAll()).rejects.toThrow(StepFileDamaged);
    await expect(readAll()).rejects.toThrow(problem);
    await expect(readAll()).rejects.toThrow(join(directory.path, name));
  });
});

describe('keys', () => {
  test('are found below a prefix, with those below them, and their empty folders go with them', async () => {
    const keys = [key, `${key}/lint`, '0123abcd/T10/00000001.a1/agent.1', '99999999/ask/00000001.a1/gates.2'];
    for (const one of keys) await stepDirectory(root, one).create();
    expect(await findSteps(root, '')).toEqual([...keys].sort());
    expect(await findSteps(root, '0123abcd/T1/')).toEqual([key, `${key}/lint`]);
    expect(await findSteps(root, '0123abcd/T1')).toHaveLength(3);
    expect(await findSteps(root, `${key}/`)).toEqual([`${key}/lint`]);
    expect(await findSteps(root, 'ffffffff/')).toEqual([]);
    await stepDirectory(root, keys[3]!).remove();
    await removeEmptyParents(root, keys[3]!);
    expect(await readdir(root)).toEqual(['0123abcd']);
  });

  test.each(['..', 'a/../b', '', 'a//b', 'a/.ask', '/etc', 'a/b/c/d/e/f'])('"%s" leads nowhere', (bad) => {
    expect(() => stepDirectory(root, bad)).toThrow('no step key');
  });

  test('have markers that tell nothing of the attempt', () => {
    expect(markerOf(key)).toMatch(/^[0-9a-f]{16}$/);
    expect(markerOf(key)).not.toBe(markerOf(key.replace('a1', 'a2')));
  });
});

test('a lease is over when its stamp has not changed for longer than it lasts', () => {
  const lease = createLease(100, 0);
  expect(lease.isOver(undefined, 100)).toBe(false);
  expect(lease.isOver(7, 150)).toBe(false);
  expect(lease.isOver(7, 250)).toBe(false);
  expect(lease.isOver(7, 251)).toBe(true);
  expect(lease.isOver(8, 500)).toBe(false);
});
