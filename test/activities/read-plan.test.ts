// Level: activity, real git over a socket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '../../src/activities/publish.ts';
import { readOutline, readPhase } from '../../src/activities/read-plan.ts';
import { removeRefs } from '../../src/activities/remove-refs.ts';
import { watchPlan } from '../../src/activities/watch-plan.ts';
import type { PlanSeen } from '../../src/contracts/activities.ts';
import { phaseId, runId } from '../../src/domain/ids.ts';
import { testScope } from '../support/activity-scope.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { claim, finish, planSettings, portsOn, publishInput, run, transition } from '../support/publishing.ts';

const header = '| id | status | description | notes |\n| -- | -- | -- | -- |\n';
const plan = `# One\n\n${header}| A-1 | done | x | |\n| A-2 | skipped | x | |\n\n# Two\n\n${header}| B-1 | not-started | x | |\n| B-2 | not-started | y | |\n| B-3 | not-started | z | |\n`;
const two = phaseId(2);
let remote: TestRemote;
let ports: ReturnType<typeof portsOn>;

beforeAll(async () => {
  remote = await makeRemote({ files: { 'docs/tasks.md': plan } });
  ports = portsOn(remote);
});
afterAll(async () => remote.close());

const head = () => remote.tip('main')!;
const edit = (from: string, to: string) =>
  remote.commit({ 'docs/tasks.md': (remote.read('main', 'docs/tasks.md') ?? '').replace(from, to) });
const send = (transitions: Parameters<typeof publishInput>[2]['transitions'], more = {}) =>
  publish(ports, publishInput(remote, head(), { transitions, ...more }), testScope());
const begin = { ownership: { kind: 'begin', home: 'home-1', takeOver: false } } as const;

function valid(seen: PlanSeen): PlanSeen & { kind: 'valid' } {
  if (seen.kind !== 'valid') throw new Error(JSON.stringify(seen));
  return seen;
}
const phase = async (more = {}) => valid(await readPhase(ports, { plan: planSettings(remote), phase: two, ...more }));

describe('the outline', () => {
  it('has the phases with their counts and the first that is open', async () => {
    expect(await readOutline(ports, { plan: planSettings(remote) })).toEqual({
      kind: 'valid',
      tip: head(),
      open: '2',
      phases: [
        { id: '1', title: 'One', satisfied: 2, tasks: 2 },
        { id: '2', title: 'Two', satisfied: 0, tasks: 3 },
      ],
    });
  });

  it('says what is missing', async () => {
    const settings = planSettings(remote);
    expect(await readOutline(ports, { plan: { ...settings, branch: 'nowhere' } })).toMatchObject({ kind: 'missing' });
    const missing = await readOutline(ports, { plan: { ...settings, path: 'no/tasks.md' } });
    expect(JSON.stringify(missing)).toContain('no file no/tasks.md on branch main of git://127.0.0.1');
  });
});

describe('the rows of a phase', () => {
  it('know what git says of them: attempts, and whose an in-progress is', async () => {
    const start = head();
    await send([claim('B-1', start, {}), claim('B-2', start, {})], begin);
    const again = { task: 'B-1', name: 'claim', from: 'in-progress', to: 'in-progress', attempt: 2 } as const;
    await send([transition({ ...again, base: head(), cells: { notes: 'attempt 1: red' } })]);
    edit('| B-3 | not-started', '| B-3 | in-progress');
    const { tasks, histories, title } = await phase();
    expect([title, ...tasks.map(({ id, status }) => `${id} ${status}`)]).toEqual([
      'Two',
      'B-1 in-progress',
      'B-2 in-progress',
      'B-3 in-progress',
    ]);
    expect(histories).toEqual({
      'B-1': { attempts: 2, reopened: 0, claimedBy: run },
      'B-2': { attempts: 1, reopened: 0, claimedBy: run },
    });
  });

  it('a row that a person set back and then to in-progress is theirs', async () => {
    edit('| B-2 | in-progress', '| B-2 | not-started');
    edit('| B-2 | not-started', '| B-2 | in-progress');
    expect((await phase()).histories['B-2']).toEqual({ attempts: 1, reopened: 0 });
  });

  it('know of a landing whose row is late, while its commit is on the branch', async () => {
    const work = remote.commit({ 'x.txt': 'x' }, { branch: 'work' });
    remote.git('update-ref', `refs/tallyman/landed/${run}/B-1.g0`, work);
    expect((await phase()).histories['B-1']).toMatchObject({ landed: work });
    remote.git('update-ref', 'refs/heads/work', remote.log('main')[0]!.commit);
    expect((await phase()).histories['B-1']).not.toHaveProperty('landed');
  });

  it('name what people changed since a tip, and not what this program wrote', async () => {
    const since = head();
    await send([finish('B-1', since)]);
    edit('| y |', '| new words |');
    edit('| B-3 | in-progress', '| B-3 | blocked');
    expect((await phase({ since })).changes).toEqual([
      { kind: 'row-edited', task: 'B-2' },
      { kind: 'status-set', task: 'B-3', to: 'blocked' },
    ]);
    expect((await phase()).changes).toEqual([]);
  });

  it('come in pages below the limit, all at one tip', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `| C-${n} | not-started | ${'w'.repeat(1500)} | |`).join('\n');
    const large = await makeRemote({ files: { 'docs/tasks.md': `# P\n\n${header}${rows}\n` } });
    const on = portsOn(large);
    const read = async (more: object) =>
      valid(await readPhase(on, { plan: planSettings(large), phase: phaseId(1), ...more }));
    const first = await read({});
    large.commit({ 'docs/tasks.md': `# P\n\n${header}` });
    const ids: string[] = [];
    let seen = first;
    for (let pages = 0; pages < 10; pages += 1) {
      expect(JSON.stringify(seen).length).toBeLessThan(200_000);
      ids.push(...seen.tasks.map(({ id }) => id));
      if (seen.nextPage === undefined) break;
      seen = await read({ at: first.tip, page: seen.nextPage });
    }
    expect(ids).toEqual(Array.from({ length: 300 }, (_, n) => `C-${n}`));
    await large.close();
  });
});

describe('watching', () => {
  const watch = (since = head(), scope = testScope()) =>
    watchPlan(ports, { plan: planSettings(remote), run, phase: two, since }, scope, 5);

  it('sleeps through ops of this run and commits beside the plan, and wakes for a person', async () => {
    const scope = testScope();
    const since = head();
    const watched = watch(since, scope);
    await send([
      transition({ task: 'B-1', name: 'x', from: 'done', to: 'done', base: since, cells: { notes: 'ours' } }),
    ]);
    remote.commit({ 'code.txt': 'x' });
    const seen = scope.beats.length;
    await scope.beat(() => scope.beats.length > seen + 1);
    const tip = edit('| z |', '| zz |');
    expect(await watched).toEqual({ kind: 'changed', tip });
    expect(scope.beats.at(-1)).toMatchObject({ step: 'watch', host: 'host-1' });
  });

  it('tells of another run, a rewritten branch and a missing one', async () => {
    const since = head();
    const foreign = { run: runId('bbbbbbbb'), ...begin };
    await send([], foreign);
    expect(await watch(since)).toMatchObject({ kind: 'refused', why: 'foreign-run' });
    const tip = head();
    remote.git('update-ref', 'refs/heads/main', since);
    expect(await watch(tip)).toMatchObject({ kind: 'refused', why: 'rewritten' });
    remote.git('update-ref', '-d', 'refs/heads/main');
    expect(await watch(tip)).toMatchObject({ kind: 'refused', why: 'branch-missing' });
    remote.git('update-ref', 'refs/heads/main', since);
  });

  it('ends when it is told to', async () => {
    const scope = testScope();
    const watched = watch(head(), scope);
    await scope.beat(() => true);
    scope.end('detach');
    await expect(watched).rejects.toThrow(/watches/);
  });
});

describe('the refs of a run that is over', () => {
  it('go for done and skipped tasks, and stay for others and for other plans', async () => {
    const commit = head();
    for (const ref of [
      'landed/aaaaaaaa/B-1.g0',
      'attempts/aaaaaaaa/B-1.a1',
      'attempts/aaaaaaaa/B-2.a1',
      'attempts/cccccccc/B-1.a1',
    ]) {
      remote.git('update-ref', `refs/tallyman/${ref}`, commit);
    }
    await removeRefs(ports, { plan: planSettings(remote), run, refs: 'refs', remotes: [remote.url] });
    const left = remote.git('for-each-ref', '--format=%(refname)', 'refs/tallyman/').trim().split('\n');
    expect(left).toEqual(['refs/tallyman/attempts/aaaaaaaa/B-2.a1', 'refs/tallyman/attempts/cccccccc/B-1.a1']);
  });
});
