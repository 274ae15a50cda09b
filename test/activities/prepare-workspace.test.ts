// Level: activity, on real git, real processes and real folders.
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { prepareWorkspace } from '../../src/activities/prepare-workspace.ts';
import type { PrepareInput } from '../../src/contracts/activities.ts';
import { runId } from '../../src/domain/ids.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import { gitIn } from '../support/git-remote.ts';
import { patient } from '../support/supervised.ts';
import { type AttemptRig, attemptRig, key, reasonOf, repo, testScope } from './attempt-rig.ts';

let rig: AttemptRig;
let attempt = 1;

beforeAll(async () => {
  rig = await attemptRig({ 'apps/api/a.js': 'x', 'packages/ui/u.js': 'x', 'base.txt': 'one\n' });
});
afterAll(() => rig.end());
afterEach(() => {
  attempt += 1;
});

function prepare(change: Partial<PrepareInput> = {}): Promise<StepEnd> {
  return prepareWorkspace(
    rig.ports,
    rig.prepareInput({ key: key('prepare', 1, attempt), attempt, ...change }),
    testScope(),
  );
}

const setup = (program: string): Partial<PrepareInput> => ({
  fresh: true,
  repo: { ...repo, setup: [process.execPath, '-e', program] },
});
const task = (change: object): Partial<PrepareInput> => ({
  fresh: true,
  task: { ...rig.prepareInput().task, ...change },
});
const head = (): string => gitIn(rig.clone, 'rev-parse', 'HEAD').trim();

describe('where a task starts', () => {
  test('at the default branch of the remote, on a local branch, with no remote', async () => {
    const end = await prepare({ fresh: true });
    expect(end).toEqual({ kind: 'prepared', host: 'host-1', base: rig.remote.tip('main') });
    expect(gitIn(rig.clone, 'branch', '--show-current').trim()).toBe('work');
    expect(gitIn(rig.clone, 'remote')).toBe('');
    expect(gitIn(rig.clone, 'config', 'user.name').trim()).toBe('Ada Agent');
  });

  test('at develop where the remote has it, at the configured base before that, at the tip of its branch first', async () => {
    const develop = rig.remote.commit({ 'dev.txt': 'x' }, { branch: 'develop' });
    expect(await prepare({ fresh: true })).toMatchObject({ base: develop });
    const { plan } = rig.prepareInput();
    expect(await prepare({ fresh: true, plan: { ...plan, baseBranch: 'main' } })).toMatchObject({
      base: rig.remote.tip('main'),
    });
    const old = rig.remote.commit({ 'old.txt': 'x' }, { branch: 'old-base' });
    expect(await prepare({ fresh: true, repo: { ...repo, base: 'old-base' } })).toMatchObject({ base: old });
    const own = rig.remote.commit({ 'own.txt': 'x' }, { branch: 'has-tip' });
    expect(await prepare(task({ branch: 'has-tip' }))).toMatchObject({ base: own });
    rig.remote.git('update-ref', '-d', 'refs/heads/develop');
  });

  test('with the branches of its dependencies merged in', async () => {
    const main = rig.remote.tip('main')!;
    rig.remote.commit({ 'one.txt': '1' }, { branch: 'dep-one', from: main });
    rig.remote.commit({ 'two.txt': '2' }, { branch: 'dep-two', from: main });
    const stackOn = ['dep-one', 'dep-two', 'gone', 'work'];
    const end = await prepare({ fresh: true, stackOn });
    expect(end.kind).toBe('prepared');
    expect([existsSync(join(rig.clone, 'one.txt')), existsSync(join(rig.clone, 'two.txt'))]).toEqual([true, true]);
    expect(end.kind === 'prepared' && end.base).toBe(head());
    expect(await prepare({ fresh: true, stackOn, repo: { ...repo, stack: false } })).toMatchObject({
      base: main,
    });
  });

  test('branches that conflict are a blocker, with the files', async () => {
    rig.remote.commit({ 'base.txt': 'two\n' }, { branch: 'con-one', from: rig.remote.tip('main')! });
    rig.remote.commit({ 'base.txt': 'three\n' }, { branch: 'con-two', from: rig.remote.tip('main')! });
    expect(await prepare({ fresh: true, stackOn: ['con-one', 'con-two'] })).toEqual({
      kind: 'failed',
      failure: { reason: 'base-conflict', branch: 'con-two', paths: ['base.txt'] },
    });
  });

  test.each([
    ['api', 'prepared'],
    ['ui', 'prepared'],
    ['nowhere', 'repo-missing'],
    ['..', 'repo-missing'],
  ])('repo "%s" gives %s', async (name, reason) => {
    expect(reasonOf(await prepare({ fresh: true, repo: { ...repo, name } }))).toBe(reason);
  });

  test('a missing folder names where it was looked for', async () => {
    expect(await prepare({ fresh: true, repo: { ...repo, name: 'web' } })).toMatchObject({
      failure: { reason: 'repo-missing', repo: 'web', looked: ['apps/web', 'packages/web'] },
    });
  });
});

describe('a workspace', () => {
  test('is kept with the commits of earlier attempts and its base', async () => {
    const base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt) });
    writeFileSync(join(rig.clone, 'sum.js'), 'mine');
    gitIn(rig.clone, 'commit', '-aqm', 'work so far');
    const mine = head();
    rig.remote.commit({ 'other.txt': 'x' });
    expect(await prepare({ key: key('prepare', 2, attempt) })).toMatchObject({ kind: 'prepared', base });
    expect(head()).toBe(mine);
  });

  test('of another run, or asked to be fresh, is made anew at the current tip', async () => {
    await prepare();
    writeFileSync(join(rig.clone, 'left'), 'x');
    const next = runId('33334444');
    expect(await prepare({ run: next, key: key('prepare', 1, 1, next) })).toMatchObject({
      base: rig.remote.tip('main'),
    });
    expect(existsSync(join(rig.clone, 'left'))).toBe(false);
    writeFileSync(join(rig.clone, 'left'), 'x');
    await prepare({ run: next, key: key('prepare', 1, 2, next), fresh: true });
    expect(existsSync(join(rig.clone, 'left'))).toBe(false);
  });

  test('whose folder was swapped for a link by an agent is not entered', async () => {
    await prepare({ fresh: true, repo: { ...repo, name: 'api' } });
    rmSync(join(rig.clone, 'apps'), { recursive: true });
    symlinkSync('/etc', join(rig.clone, 'apps'));
    expect(reasonOf(await prepare({ key: key('prepare', 2, attempt), repo: { ...repo, name: 'api' } }))).toBe(
      'repo-missing',
    );
  });
});

describe('the set-up command', () => {
  test('runs once in a fresh workspace', async () => {
    const count = rig.file('set-ups');
    const input = setup(`fs.appendFileSync(${JSON.stringify(count)}, process.cwd() + '\\n')`);
    expect((await prepare(input)).kind).toBe('prepared');
    expect((await prepare(input)).kind).toBe('prepared');
    expect((await prepare({ ...input, fresh: false, key: key('prepare', 2, attempt) })).kind).toBe('prepared');
    expect(readFileSync(count, 'utf8')).toBe(`${rig.clone}\n`);
  });

  test('that fails is a failure with its output', async () => {
    expect(await prepare(setup("console.error('no lockfile'); process.exitCode = 4"))).toMatchObject({
      failure: { reason: 'set-up-failed', exitCode: 4, lastLines: ['no lockfile'] },
    });
    expect(
      reasonOf(await prepare({ fresh: true, key: key('prepare', 2, attempt), repo: { ...repo, setup: ['/no/such'] } })),
    ).toBe('set-up-failed');
  });

  test('that was under way when its watcher went is adopted in the same clone', async () => {
    const go = rig.file('go');
    const input = setup(
      `fs.appendFileSync('began', 'x'); console.log('began'); const t = setInterval(() => { if (fs.existsSync(${JSON.stringify(go)})) { clearInterval(t); fs.writeFileSync('ended', '') } }, 20)`,
    );
    const scope = testScope();
    const first = prepareWorkspace(
      rig.ports,
      rig.prepareInput({ key: key('prepare', 1, attempt), attempt, ...input }),
      {
        ...scope,
        heartbeat: (beat) => {
          if (beat.line === 'began') scope.end('detach');
        },
      },
    );
    await expect(first).rejects.toThrow('goes on without its watcher');
    const second = prepare(input);
    writeFileSync(go, '');
    expect((await second).kind).toBe('prepared');
    expect(readFileSync(join(rig.clone, 'began'), 'utf8')).toBe('x');
    expect(existsSync(join(rig.clone, 'ended'))).toBe(true);
  });

  test('that is cancelled ends as killed', async () => {
    const scope = testScope();
    const input = rig.prepareInput({
      key: key('prepare', 1, attempt),
      attempt,
      ...setup("console.log('began'); setInterval(() => {}, 1000)"),
    });
    const end = prepareWorkspace(rig.ports, input, {
      ...scope,
      heartbeat: (beat) => {
        if (beat.line === 'began') scope.end('kill');
      },
    });
    expect(await end).toEqual({ kind: 'killed' });
  });

  test('whose clone is gone afterwards is a lost workspace, not a clone without set-up', async () => {
    const input = setup('');
    await prepare(input);
    await rig.ports.workspaces.remove(rig.ports.workspaces.ofTask(rig.prepareInput().plan.id, 'T-1'));
    expect(reasonOf(await prepare(input))).toBe('workspace-lost');
  });
});

test('a living step of another run is ended before the workspace is touched', async () => {
  const other = key('agent', 1, 1, runId('99990000'));
  const program = {
    file: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    env: {},
    directory: '/',
    limits: patient,
  };
  const watched = await rig.supervisor.startOrAdopt(other, program);
  expect((await prepare({ fresh: true })).kind).toBe('prepared');
  expect(await watched.exit).toMatchObject({ endedBy: 'killed' });
});
