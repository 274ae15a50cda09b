// Level: activity, real git over a socket.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { land } from '../../src/activities/land.ts';
import { publish } from '../../src/activities/publish.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import { commitSha, type CommitSha, runId } from '../../src/domain/ids.ts';
import { testScope } from '../support/activity-scope.ts';
import { gitIn, makeRemote, type TestRemote } from '../support/git-remote.ts';
import {
  author,
  claim,
  landInput,
  planSettings,
  portsOn,
  publishInput,
  run,
  type Work,
} from '../support/publishing.ts';

let remote: TestRemote;
let ports: ReturnType<typeof portsOn>;
let start: CommitSha;

beforeEach(async () => {
  remote = await makeRemote({
    files: { 'docs/tasks.md': 'the plan\n', 'a.txt': 'a\n', 'b.txt': 'b\n', 'tool.sh': '#!/bin/sh\n' },
  });
  ports = portsOn(remote);
  start = remote.tip('main')!;
});
afterEach(async () => remote.close());

/** What an agent leaves: commits on a ref of its attempt, as `runAgent` pushes them. */
function work(
  files: Readonly<Record<string, string | null>>,
  options: { from?: CommitSha; message?: string; name?: string } = {},
): CommitSha {
  const name = options.name ?? 'attempt';
  const made = remote.commit(files, {
    branch: name,
    from: options.from ?? start,
    message: options.message ?? 'fix(T-1): work',
  });
  remote.git('update-ref', `refs/tallyman/attempts/aaaaaaaa/${name}`, made);
  remote.git('update-ref', '-d', `refs/heads/${name}`);
  return made;
}

function landed(done: Work, on = ports): Promise<StepEnd> {
  return land(on, landInput(remote, done), testScope());
}

const record = (task = 'T-1'): CommitSha | undefined => remote.tip(`refs/tallyman/landed/aaaaaaaa/${task}.g0`);

describe('a branch that nobody moved', () => {
  it('is created from the commit when it is missing, with the record', async () => {
    const commit = work({ 'a.txt': 'mended\n' });
    expect(await landed({ base: start, commit })).toEqual({ kind: 'landed', commit });
    expect(remote.tip('work')).toBe(commit);
    expect(record()).toBe(commit);
  });

  it('goes forward to exactly the commit that was gated', async () => {
    const tip = remote.commit({ 'x.txt': 'x\n' }, { branch: 'work' });
    const commit = work({ 'a.txt': 'mended\n' }, { from: tip });
    expect(await landed({ base: tip, commit })).toEqual({ kind: 'landed', commit });
    expect(remote.tip('work')).toBe(commit);
  });

  it('lands once, however often it is asked, also for another commit of the same task', async () => {
    const commit = work({ 'a.txt': 'mended\n' });
    const other = work({ 'a.txt': 'another way\n' }, { name: 'second' });
    await landed({ base: start, commit });
    expect(await landed({ base: start, commit })).toEqual({ kind: 'landed', commit });
    expect(await landed({ base: start, commit: other, attempt: 2 }, portsOn(remote, 'late-host'))).toEqual({
      kind: 'landed',
      commit,
    });
    expect(remote.log('work')).toHaveLength(2);
  });

  it('lands one of two attempts that two hosts bring at the same time', async () => {
    const commits = [1, 2, 3, 4].map((n) => work({ 'a.txt': `way ${n}\n` }, { name: `way-${n}` }));
    const ends = await Promise.all(
      commits.map((commit, n) => landed({ base: start, commit, attempt: n + 1 }, portsOn(remote, `host-${n}`))),
    );
    const winner = remote.tip('work');
    expect(commits).toContain(winner);
    expect(ends).toEqual(commits.map(() => ({ kind: 'landed', commit: winner })));
    expect(remote.log('work')).toHaveLength(2);
  });

  it('needs only the record when the commits are there already', async () => {
    const commit = work({ 'a.txt': 'mended\n' });
    remote.git('update-ref', 'refs/heads/work', commit);
    const later = remote.commit({ 'b.txt': 'later\n' }, { branch: 'work' });
    expect(await landed({ base: start, commit })).toEqual({ kind: 'landed', commit });
    expect(remote.tip('work')).toBe(later);
    expect(record()).toBe(commit);
  });

  it('takes the commit from the workspace when no ref has it', async () => {
    const workspace = ports.workspaces.ofTask(planSettings(remote).id, 'T-1').code;
    const git = ports.git(remote.url);
    await git.fetch(start);
    await git.clone(workspace, start, { branch: 'work', author });
    writeFileSync(join(workspace, 'a.txt'), 'in the workspace\n');
    gitIn(workspace, 'commit', '--quiet', '-am', 'fix(T-1): local');
    const commit = commitSha(gitIn(workspace, 'rev-parse', 'HEAD').trim());
    expect(await landed({ base: start, commit })).toEqual({ kind: 'landed', commit });
    const lost = landInput(remote, { task: 'T-2', base: start, commit: commitSha('1'.repeat(40)) });
    expect(await land(ports, lost, testScope())).toMatchObject({ failure: { reason: 'workspace-lost' } });
  });
});

describe('a branch that moved', () => {
  it('is not pushed to before the combined commit was gated; then exactly that lands', async () => {
    const commit = work({ 'a.txt': 'mended\n' }, { message: 'fix(T-1): mend a' });
    const tip = remote.commit({ 'b.txt': 'by a person\n' }, { branch: 'work', message: 'by a person' });
    const moved = await landed({ base: start, commit });
    expect(moved).toMatchObject({ kind: 'moved', tip, byOthers: true });
    expect(remote.tip('work')).toBe(tip);
    const combined = moved.kind === 'moved' ? moved.combined : commit;
    expect(remote.tip('refs/tallyman/attempts/aaaaaaaa/T-1.a1')).toBe(combined);
    // Another host, with nothing but the remote, brings it home.
    expect(await landed({ base: tip, commit: combined }, portsOn(remote, 'host-2'))).toEqual({
      kind: 'landed',
      commit: combined,
    });
    expect(remote.log('work').map(({ subject }) => subject)).toEqual(['start', 'by a person', 'fix(T-1): mend a']);
    expect([remote.read('work', 'a.txt'), remote.read('work', 'b.txt')]).toEqual(['mended\n', 'by a person\n']);
  });

  it('keeps modes and links, and leaves out what is there already', async () => {
    const clone = join(remote.directory, 'agent');
    mkdirSync(clone);
    gitIn(clone, 'init', '--quiet', '--template=');
    gitIn(clone, 'fetch', '--quiet', remote.bare, start);
    gitIn(clone, 'checkout', '--quiet', '--detach', start);
    chmodSync(join(clone, 'tool.sh'), 0o755);
    symlinkSync('a.txt', join(clone, 'link'));
    rmSync(join(clone, 'b.txt'));
    gitIn(clone, 'add', '--all');
    gitIn(clone, 'commit', '--quiet', '-m', 'modes');
    gitIn(clone, 'push', '--quiet', remote.bare, 'HEAD:refs/tallyman/attempts/aaaaaaaa/x');
    const commit = commitSha(gitIn(clone, 'rev-parse', 'HEAD').trim());
    const tip = remote.commit({ 'c.txt': 'c\n' }, { branch: 'work' });
    const moved = await landed({ base: start, commit });
    const combined = moved.kind === 'moved' ? moved.combined : start;
    const tree = remote
      .git('ls-tree', combined)
      .split('\n')
      .map((line) => line.replace(/ [0-9a-f]{40}\t/, ' '));
    expect(tree).toEqual([
      '100644 blob a.txt',
      '100644 blob c.txt',
      '040000 tree docs',
      '120000 blob link',
      '100755 blob tool.sh',
      '',
    ]);
    expect(remote.git('log', '-1', '--format=%P %an', combined).trim()).toBe(`${tip} Pat Person`);
  });

  it('names the files of a conflict and pushes nothing', async () => {
    const commit = work({ 'a.txt': 'mine\n' });
    const tip = remote.commit({ 'a.txt': 'theirs\n' }, { branch: 'work' });
    expect(await landed({ base: start, commit })).toEqual({
      kind: 'failed',
      failure: { reason: 'landing-conflict', branch: 'work', paths: ['a.txt'] },
    });
    expect(remote.tip('work')).toBe(tip);
    expect(record()).toBeUndefined();
  });

  it('by another landing of this run is not a move by others', async () => {
    const first = work({ 'a.txt': 'first\n' }, { name: 'first' });
    const second = work({ 'b.txt': 'second\n' }, { name: 'second' });
    await landed({ base: start, commit: first });
    const moved = await landed({ task: 'T-2', base: start, commit: second });
    expect(moved).toMatchObject({ kind: 'moved', tip: first, byOthers: false });
  });

  it('lands commits with merges as one', async () => {
    const left = work({ 'l.txt': 'l\n' }, { name: 'left', message: 'fix(T-1): left' });
    const right = work({ 'r.txt': 'r\n' }, { name: 'right', message: 'fix(T-1): right' });
    const tree = remote.git('merge-tree', '--write-tree', left, right).trim();
    const commit = commitSha(remote.git('commit-tree', tree, '-p', left, '-p', right, '-m', 'Merge right').trim());
    remote.git('update-ref', 'refs/tallyman/attempts/aaaaaaaa/merge', commit);
    const tip = remote.commit({ 'c.txt': 'c\n' }, { branch: 'work' });
    const moved = await landed({ base: start, commit });
    const combined = moved.kind === 'moved' ? moved.combined : start;
    expect(remote.git('log', '-1', '--format=%P', combined).trim()).toBe(tip);
    expect(remote.git('ls-tree', '--name-only', combined).split('\n')).toEqual(
      expect.arrayContaining(['l.txt', 'r.txt']),
    );
  });

  it('brings the work of other branches along that the start was stacked on', async () => {
    const below = remote.commit({ 'below.txt': 'b\n' }, { branch: 'below' });
    const commit = work({ 'a.txt': 'on top\n' }, { from: below });
    remote.commit({ 'c.txt': 'c\n' }, { branch: 'work' });
    const moved = await landed({ base: below, commit });
    const combined = moved.kind === 'moved' ? moved.combined : start;
    const names = remote.git('ls-tree', '--name-only', combined).split('\n');
    expect(names).toEqual(expect.arrayContaining(['below.txt', 'c.txt', 'a.txt']));
  });

  it('leaves out what came to the base branch meanwhile: only the own commits move', async () => {
    remote.commit({ 'c.txt': 'c\n' }, { branch: 'work' });
    const newer = remote.commit({ 'docs/tasks.md': 'the plan, newer\n' });
    const commit = work({ 'a.txt': 'on newer\n' }, { from: newer });
    const moved = await landed({ base: newer, commit });
    const combined = moved.kind === 'moved' ? moved.combined : start;
    expect(remote.git('show', `${combined}:docs/tasks.md`)).toBe('the plan\n');
    expect(remote.git('show', `${combined}:a.txt`)).toBe('on newer\n');
  });

  it('only in the plan file needs no new gates', async () => {
    const commit = work({ 'a.txt': 'mended\n' });
    const tip = remote.commit({ 'docs/tasks.md': 'the plan, newer\n' });
    const end = await landed({ branch: 'main', base: start, commit });
    expect(end.kind).toBe('landed');
    expect(remote.log('main').map((seen) => seen.parents[0])).toEqual([undefined, start, tip]);
    expect([remote.read('main', 'a.txt'), remote.read('main', 'docs/tasks.md')]).toEqual([
      'mended\n',
      'the plan, newer\n',
    ]);
  });
});

describe('what never lands', () => {
  it('is a change of the plan file, even one that is taken back', async () => {
    const touched = work({ 'docs/tasks.md': 'mine now\n' });
    const back = work({ 'docs/tasks.md': 'the plan\n', 'a.txt': 'x\n' }, { from: touched });
    expect(await landed({ base: start, commit: back })).toEqual({
      kind: 'failed',
      failure: { reason: 'plan-file-touched', paths: ['docs/tasks.md'] },
    });
    expect(remote.tip('work')).toBeUndefined();
  });

  it('is a message that could pass for one of ours', async () => {
    const commit = work({ 'a.txt': 'x\n' }, { message: 'fix\n\nTallyman-Op: aaaaaaaa:T-1:a1.g0:done' });
    expect(await landed({ base: start, commit })).toMatchObject({ failure: { reason: 'result-invalid' } });
  });

  it('is a commit that is not on its base', async () => {
    const elsewhere = remote.commit({ 'c.txt': 'c\n' }, { branch: 'elsewhere' });
    const commit = work({ 'a.txt': 'x\n' });
    expect(await landed({ base: elsewhere, commit })).toMatchObject({ failure: { reason: 'commit-not-on-base' } });
  });

  it('goes to a branch that was rewritten or deleted since the attempt began', async () => {
    const was = remote.commit({ 'x.txt': 'x\n' }, { branch: 'work' });
    const commit = work({ 'a.txt': 'x\n' }, { from: was });
    const workspace = ports.workspaces.ofTask(planSettings(remote).id, 'T-1');
    const mark = { plan: planSettings(remote).id, task: 'T-1', base: was, run, ready: true, branchTip: was };
    await ports.workspaces.writeMark(workspace, mark);
    remote.git('update-ref', 'refs/heads/work', start);
    expect(await landed({ base: was, commit })).toEqual({
      kind: 'failed',
      failure: { reason: 'branch-rewritten', branch: 'work', was, is: start },
    });
    remote.git('update-ref', '-d', 'refs/heads/work');
    expect(await landed({ base: was, commit })).toMatchObject({ failure: { reason: 'branch-rewritten' } });
    expect(remote.tip('work')).toBeUndefined();
  });

  it('goes to a branch that the remote protects', async () => {
    const commit = work({ 'a.txt': 'x\n' });
    mkdirSync(join(remote.bare, 'hooks'), { recursive: true });
    writeFileSync(join(remote.bare, 'hooks', 'update'), '#!/bin/sh\necho "no pushes to $1"\nexit 1\n', { mode: 0o755 });
    const end = await landed({ base: start, commit });
    expect(end).toMatchObject({ kind: 'failed', failure: { reason: 'push-refused', branch: 'work' } });
    expect(JSON.stringify(end)).toContain('no pushes to refs/heads/work');
    expect(record()).toBeUndefined();
  });
});

describe('runs and branches', () => {
  it('keeps the records of two runs apart, and puts refs among the branches where a forge wants that', async () => {
    const commit = work({ 'a.txt': 'x\n' });
    const input = landInput(remote, { base: start, commit, run: runId('bbbbbbbb') });
    await land(ports, { ...input, settings: { ...input.settings, refs: 'branches' } }, testScope());
    expect(remote.tip('refs/heads/tallyman-refs/landed/bbbbbbbb/T-1.g0')).toBe(commit);
    expect(record()).toBeUndefined();
  });

  it('lands on the plan branch beside the publisher: both wait their turn, nothing is lost', async () => {
    const table = '| id | status | description |\n|-|-|-|\n| P-1 | not-started | x |\n| P-2 | not-started | x |\n';
    const tip = remote.commit({ 'docs/tasks.md': table });
    const commit = work({ 'a.txt': 'mended\n' }, { from: tip });
    const send = (task: string) =>
      publish(ports, publishInput(remote, tip, { transitions: [claim(task, tip, {})] }), testScope());
    const ends = await Promise.all([send('P-1'), landed({ branch: 'main', base: tip, commit }), send('P-2')]);
    expect(ends.map(({ kind }) => kind)).toEqual(['published', 'landed', 'published']);
    expect(remote.read('main', 'a.txt')).toBe('mended\n');
    expect(remote.read('main', 'docs/tasks.md')?.match(/in-progress/g)).toHaveLength(2);
    expect(remote.log('main')).toHaveLength(5);
  });
});
