// Level: adapter, real git over a socket.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGitOf } from '../../../src/adapters/git/git.ts';
import { CommitUnknown, RemoteUnreachable, type Git } from '../../../src/adapters/git/port.ts';
import { commitSha } from '../../../src/domain/ids.ts';
import { makeRemote, type TestRemote } from '../../support/git-remote.ts';

const author = { name: 'Tallyman', email: 'tallyman@localhost' };
const at = '2026-01-02T03:04:05.000Z';
let remote: TestRemote;
let git: Git;

beforeAll(async () => {
  remote = await makeRemote({ files: { 'docs/tasks.md': 'one\n', 'src/a.js': 'a\n', 'src/b.js': 'b\n' } });
  git = createGitOf({ stateDirectory: remote.state })(remote.url);
});
afterAll(async () => remote.close());

async function tip(branch = 'main') {
  const commit = await git.tip(branch);
  if (commit === undefined) throw new Error(`${branch} is missing`);
  await git.fetch(commit);
  return commit;
}

function edit(path: string, text: string, message = 'an edit') {
  return { message: `${message}\n`, at, author, file: { path, bytes: Buffer.from(text) } };
}

describe('asking the remote', () => {
  it('tells tips, the default branch, and that a branch is missing', async () => {
    expect(await git.tip('main')).toBe(remote.tip('main'));
    expect(await git.tip('nowhere')).toBeUndefined();
    expect(await git.defaultBranch()).toBe('main');
  });

  it('says a commit is not there instead of trying for ever', async () => {
    await expect(git.fetch(commitSha('0123456789012345678901234567890123456789'))).rejects.toThrow(CommitUnknown);
  });

  it('says within 10 s that nobody answers, with what to check', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = Date.now();
    const other = createGitOf({ stateDirectory: remote.state })(`git://127.0.0.1:${port}/remote.git`);
    await expect(other.tip('main')).rejects.toThrow(/did not answer within 10 s.*git ls-remote git:\/\/127\.0\.0\.1/s);
    expect(Date.now() - started).toBeLessThan(12_000);
    silent.close();
  });

  it('calls a refused connection and a missing repository unreachable', async () => {
    const gitOf = createGitOf({ stateDirectory: remote.state });
    await expect(gitOf('git://127.0.0.1:1/remote.git').tip('main')).rejects.toThrow(RemoteUnreachable);
    const missing = gitOf(`git://127.0.0.1:${remote.port}/../etc.git`).tip('main');
    await expect(missing).rejects.toThrow(/no repository at/);
  });
});

describe('reading', () => {
  it('reads a file with its mode, and nothing for a folder or a missing file', async () => {
    const commit = await tip();
    expect(await git.read(commit, 'docs/tasks.md')).toEqual({ bytes: Buffer.from('one\n'), mode: '100644' });
    expect(await git.read(commit, 'docs')).toBeUndefined();
    expect(await git.read(commit, 'nothing')).toBeUndefined();
  });

  it('logs a range newest first, by path and by the beginning of a line', async () => {
    const start = await tip();
    const one = remote.commit({ 'src/a.js': 'a1\n' }, { message: 'first\n\nKey: 1' });
    const two = remote.commit({ 'src/b.js': 'b1\n' }, { message: 'second\n\nKey: 2' });
    const upTo = await tip();
    const ids = async (more: object) => (await git.log({ after: start, upTo, ...more })).map(({ commit }) => commit);
    expect(await ids({})).toEqual([two, one]);
    expect(await ids({ path: 'src/a.js' })).toEqual([one]);
    expect(await ids({ grep: 'Key: 2' })).toEqual([two]);
    expect(await ids({ grep: 'ey: 2' })).toEqual([]);
    expect(await ids({ max: 1 })).toEqual([two]);
    expect(await git.changedPaths({ after: start, upTo })).toEqual(['src/a.js', 'src/b.js']);
    const [logged] = await git.log({ after: start, upTo, max: 1 });
    expect(logged).toMatchObject({ message: 'second\n\nKey: 2\n', author: { name: 'Pat Person' }, parents: [one] });
  });

  it('takes a commit that the remote dropped for no ancestor', async () => {
    const commit = await tip();
    expect(await git.isAncestor(commit, commit)).toBe(true);
    expect(await git.isAncestor(commitSha('0123456789012345678901234567890123456789'), commit)).toBe(false);
  });
});

describe('committing and pushing', () => {
  it('makes the same commits from the same input, in a fresh cache too', async () => {
    const parent = await tip();
    const commits = [edit('docs/tasks.md', 'two\n'), { message: 'empty\n', at, author }, edit('deep/er/x.md', 'x')];
    const made = await git.commit(parent, commits);
    expect(made).toHaveLength(3);
    const other = createGitOf({ stateDirectory: join(remote.directory, 'state-2') })(remote.url);
    await other.fetch(parent);
    expect(await other.commit(parent, commits)).toEqual(made);
    expect(await git.changedPaths({ after: parent, upTo: made[2]! })).toEqual(['deep/er/x.md', 'docs/tasks.md']);
    expect(readdirSync(join(remote.state, 'git')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('pushes once, takes a repetition for pushed, and tells a lost race from a refusal', async () => {
    const parent = await tip();
    const [mine] = await git.commit(parent, [edit('docs/tasks.md', 'mine\n')]);
    const update = { ref: 'refs/heads/main', to: mine!, expected: parent };
    expect(await git.push([update])).toEqual({ kind: 'pushed' });
    expect(await git.push([update])).toEqual({ kind: 'pushed' });
    const [late] = await git.commit(parent, [edit('docs/tasks.md', 'late\n')]);
    expect(await git.push([{ ...update, to: late! }])).toEqual({ kind: 'moved' });
    expect(remote.tip('main')).toBe(mine);
  });

  it('does not bring back commits that somebody dropped by resetting the branch', async () => {
    const parent = await tip();
    const person = remote.commit({ 'src/a.js': 'a2\n' }, { branch: 'reset' });
    await git.fetch(person);
    const [mine] = await git.commit(person, [edit('docs/tasks.md', 'mine\n')]);
    remote.git('update-ref', 'refs/heads/reset', parent);
    expect(await git.push([{ ref: 'refs/heads/reset', to: mine!, expected: person }])).toEqual({ kind: 'moved' });
    expect(remote.tip('reset')).toBe(parent);
  });

  it('pushes two refs together or not at all', async () => {
    const parent = await tip();
    const [one, two] = await git.commit(parent, [edit('x', '1'), edit('x', '2')]);
    const record = { ref: 'refs/tallyman/landed/aaaaaaaa/T-1.g0', to: one!, expected: 'absent' as const };
    const branch = { ref: 'refs/heads/both', to: one!, expected: 'absent' as const };
    expect(await git.push([branch, record])).toEqual({ kind: 'pushed' });
    expect(
      await git.push([
        { ...branch, to: two!, expected: one! },
        { ...record, to: two! },
      ]),
    ).toEqual({ kind: 'moved' });
    expect(remote.tip('both')).toBe(one);
    expect(await git.refs('refs/tallyman/landed/aaaaaaaa/')).toEqual([{ ref: record.ref, commit: one }]);
    expect(await git.push([{ ref: record.ref, to: 'absent', expected: 'any' }])).toEqual({ kind: 'pushed' });
    expect(await git.refs('refs/tallyman/landed/')).toEqual([]);
  });

  it("hands on the remote's own words when it refuses", async () => {
    const parent = await tip();
    const hook = join(remote.bare, 'hooks', 'pre-receive');
    execFileSync('mkdir', ['-p', join(remote.bare, 'hooks')]);
    writeFileSync(hook, '#!/bin/sh\necho "main is protected by the house"\nexit 1\n', { mode: 0o755 });
    const [mine] = await git.commit(parent, [edit('docs/tasks.md', 'refused\n')]);
    const outcome = await git.push([{ ref: 'refs/heads/main', to: mine!, expected: parent }]);
    rmSync(hook);
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(outcome.kind === 'refused' ? outcome.text : '').toContain('main is protected by the house');
    expect(await git.mayPush('main', parent)).toEqual({ kind: 'pushed' });
  });

  it('goes on with a new cache when the old one is broken', async () => {
    const broken = await makeRemote({ files: { a: 'a\n' } });
    const own = createGitOf({ stateDirectory: broken.state })(broken.url);
    const commit = broken.tip('main')!;
    await own.fetch(commit);
    const [cache] = readdirSync(join(broken.state, 'git'));
    rmSync(join(broken.state, 'git', cache!, 'objects'), { recursive: true });
    await expect(own.read(commit, 'a')).rejects.toThrow(/made anew/);
    await own.fetch(commit);
    expect(await own.read(commit, 'a')).toEqual({ bytes: Buffer.from('a\n'), mode: '100644' });
    await broken.close();
  });
});

describe('rebasing and merging without a work tree', () => {
  it('keeps author and message, drops what is already there, and gives the same commit again', async () => {
    const base = await tip();
    const [same, own] = await git.commit(base, [edit('src/b.js', 'both\n', 'same'), edit('src/new.js', 'n\n', 'ours')]);
    const onto = remote.commit({ 'src/b.js': 'both\n', 'src/other.js': 'o\n' }, { branch: 'side', from: base });
    await git.fetch(onto);
    const rebased = await git.rebase({ base, commit: own! }, onto, at);
    expect(rebased.kind).toBe('rebased');
    const commit = rebased.kind === 'rebased' ? rebased.commit : same!;
    const log = await git.log({ after: onto, upTo: commit });
    expect(log).toMatchObject([{ message: 'ours\n', author, parents: [onto] }]);
    expect(await git.changedPaths({ after: onto, upTo: commit })).toEqual(['src/new.js']);
    expect(await git.rebase({ base, commit: own! }, onto, at)).toEqual(rebased);
  });

  it('names the files of a conflict and leaves nothing behind', async () => {
    const base = await tip();
    const [own] = await git.commit(base, [edit('src/a.js', 'ours\n')]);
    const onto = remote.commit({ 'src/a.js': 'theirs\n' }, { branch: 'side', from: base });
    await git.fetch(onto);
    expect(await git.rebase({ base, commit: own! }, onto, at)).toEqual({ kind: 'conflict', paths: ['src/a.js'] });
    expect(await git.merge(onto, own!, { message: 'm\n', at, author })).toMatchObject({ kind: 'conflict' });
  });

  it('lands a range that contains merges as one commit', async () => {
    const base = await tip();
    const [left] = await git.commit(base, [edit('left', 'l\n')]);
    const [right] = await git.commit(base, [edit('right', 'r\n')]);
    const merged = await git.merge(left!, right!, { message: 'merged\n', at, author });
    const head = merged.kind === 'rebased' ? merged.commit : base;
    const onto = remote.commit({ 'src/a.js': 'moved\n' }, { branch: 'side', from: base });
    await git.fetch(onto);
    const rebased = await git.rebase({ base, commit: head }, onto, at, 'fix(T-1): both\n');
    const commit = rebased.kind === 'rebased' ? rebased.commit : base;
    expect(await git.log({ after: onto, upTo: commit })).toMatchObject([
      { message: 'fix(T-1): both\n', parents: [onto] },
    ]);
    expect(await git.changedPaths({ after: onto, upTo: commit })).toEqual(['left', 'right']);
  });

  it('follows merge=union of .gitattributes', async () => {
    const base = remote.commit(
      { '.gitattributes': 'LOG.md merge=union\n', 'LOG.md': 'start\n' },
      { branch: 'union', from: await tip() },
    );
    await git.fetch(base);
    const [own] = await git.commit(base, [edit('LOG.md', 'start\nours\n')]);
    const onto = remote.commit({ 'LOG.md': 'start\ntheirs\n' }, { branch: 'union' });
    await git.fetch(onto);
    const rebased = await git.rebase({ base, commit: own! }, onto, at);
    const file = rebased.kind === 'rebased' ? await git.read(rebased.commit, 'LOG.md') : undefined;
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('start\ntheirs\nours\n');
  });
});
