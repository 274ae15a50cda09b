// Level: adapter, real git; a workspace that an agent has turned against us.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGitOf } from '../../../src/adapters/git/git.ts';
import type { Git } from '../../../src/adapters/git/port.ts';
import { commitSha, type CommitSha } from '../../../src/domain/ids.ts';
import { gitIn, makeRemote, type TestRemote } from '../../support/git-remote.ts';

const author = { name: 'Agent', email: 'agent@example.org' };
const left = { message: 'fix(T-1): left uncommitted\n', at: '2026-01-02T03:04:05.000Z', author };
let remote: TestRemote;
let git: Git;
let start: CommitSha;
let workspace: string;
let count = 0;

beforeAll(async () => {
  remote = await makeRemote({ files: { 'a.txt': 'a\n', '.gitignore': 'ignored\n', 'bin/tool': '#!/bin/sh\n' } });
  git = createGitOf({ stateDirectory: remote.state })(remote.url);
  start = commitSha(remote.tip('main') ?? '');
  await git.fetch(start);
});
afterAll(async () => remote.close());

beforeEach(async () => {
  count += 1;
  workspace = join(remote.directory, 'workspaces', String(count), 'code');
  await git.clone(workspace, start, { branch: 'task/T-1', author });
});

const canary = (): string => join(remote.directory, `canary-${count}`);
const inWorkspace = (...args: readonly string[]): string => gitIn(workspace, ...args);

function agentCommits(files: Readonly<Record<string, string>>): CommitSha {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(workspace, path), text);
  inWorkspace('add', '--all');
  inWorkspace('commit', '--quiet', '-m', 'by the agent');
  return commitSha(inWorkspace('rev-parse', 'HEAD').trim());
}

describe('clone', () => {
  it('gives a branch, an author and no remote', async () => {
    expect(inWorkspace('symbolic-ref', 'HEAD').trim()).toBe('refs/heads/task/T-1');
    expect(inWorkspace('config', 'user.email').trim()).toBe('agent@example.org');
    expect(inWorkspace('remote').trim()).toBe('');
    expect(inWorkspace('status', '--porcelain')).toBe('');
    expect(existsSync(join(workspace, '.git/objects/info/alternates'))).toBe(false);
    expect(await git.headOf(workspace)).toBe(start);
  });

  it('can be detached, and refuses a folder that exists', async () => {
    const gates = `${workspace}-gates`;
    await git.clone(gates, start, {});
    expect(await git.headOf(gates)).toBe(start);
    await expect(git.clone(gates, start, {})).rejects.toThrow(/EEXIST/);
  });
});

describe('headOf', () => {
  it('reads a loose and a packed ref', async () => {
    const made = agentCommits({ 'a.txt': 'changed\n' });
    expect(await git.headOf(workspace)).toBe(made);
    inWorkspace('pack-refs', '--all');
    expect(await git.headOf(workspace)).toBe(made);
  });

  it('follows no link and no ref that leaves the folder', async () => {
    const secret = join(remote.directory, 'secret');
    writeFileSync(secret, `${start}\n`);
    rmSync(join(workspace, '.git/refs/heads/task/T-1'));
    symlinkSync(secret, join(workspace, '.git/refs/heads/task/T-1'));
    expect(await git.headOf(workspace)).toBeUndefined();
    writeFileSync(join(workspace, '.git/HEAD'), 'ref: refs/../../../secret\n');
    expect(await git.headOf(workspace)).toBeUndefined();
  });
});

describe('fetchFrom', () => {
  it("brings the agent's commit, and says when it is not there", async () => {
    const made = agentCommits({ 'a.txt': 'fetched\n' });
    expect(await git.fetchFrom(workspace, made)).toBe(true);
    expect(Buffer.from((await git.read(made, 'a.txt'))?.bytes ?? []).toString()).toBe('fetched\n');
    expect(await git.fetchFrom(workspace, commitSha('0123456789012345678901234567890123456789'))).toBe(false);
  });

  it.each([
    [
      'a .git file that points elsewhere',
      (): void => {
        renameSync(join(workspace, '.git'), join(workspace, 'real'));
        writeFileSync(join(workspace, '.git'), `gitdir: ${join(workspace, 'real')}\n`);
      },
    ],
    [
      'a link for .git',
      (): void => {
        renameSync(join(workspace, '.git'), join(workspace, 'real'));
        symlinkSync('real', join(workspace, '.git'));
      },
    ],
    [
      'borrowed objects',
      (): void => {
        writeFileSync(join(workspace, '.git/objects/info/alternates'), join(remote.bare, 'objects'));
      },
    ],
    [
      'a shared common folder',
      (): void => {
        writeFileSync(join(workspace, '.git/commondir'), remote.bare);
      },
    ],
    [
      'linked objects',
      (): void => {
        renameSync(join(workspace, '.git/objects'), join(workspace, 'objects'));
        symlinkSync('../objects', join(workspace, '.git/objects'));
      },
    ],
  ])('refuses %s', async (_name, break_) => {
    const made = agentCommits({ 'a.txt': `refused ${count}\n` });
    break_();
    expect(await git.fetchFrom(workspace, made)).toBe(false);
    expect(await git.headOf(workspace)).toBeUndefined();
  });

  it('runs nothing that the agent planted', async () => {
    plantEverywhere();
    const made = agentCommits({ 'b.txt': `planted ${count}\n` });
    rmSync(canary(), { force: true });
    expect(await git.fetchFrom(workspace, made)).toBe(true);
    expect(existsSync(canary())).toBe(false);
  });
});

describe('commitDirectory', () => {
  it('takes changes, deletions, modes and links, and leaves ignored files out', async () => {
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    writeFileSync(join(workspace, 'ignored'), 'no\n');
    rmSync(join(workspace, 'a.txt'));
    chmodSync(join(workspace, 'bin/tool'), 0o755);
    symlinkSync('bin/tool', join(workspace, 'link'));
    const made = await git.commitDirectory(workspace, start, left);
    if (made === undefined) throw new Error('nothing differs');
    expect(await git.changedPaths({ after: start, upTo: made })).toEqual(['a.txt', 'bin/tool', 'link', 'new.txt']);
    expect((await git.read(made, 'bin/tool'))?.mode).toBe('100755');
    expect((await git.read(made, 'link'))?.mode).toBe('120000');
    expect(await git.log({ after: start, upTo: made })).toMatchObject([{ message: left.message, author }]);
    expect(await git.commitDirectory(workspace, start, left)).toBe(made);
    expect(await git.commitDirectory(workspace, made, left)).toBeUndefined();
  });

  it('says when nothing differs, and changes nothing in the workspace', async () => {
    expect(await git.commitDirectory(workspace, start, left)).toBeUndefined();
    expect(inWorkspace('status', '--porcelain')).toBe('');
  });

  it('runs no hook, filter or monitor, and reads no configuration of the agent', async () => {
    plantEverywhere();
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    const made = await git.commitDirectory(workspace, start, left);
    expect(existsSync(canary())).toBe(false);
    expect(Buffer.from((await git.read(made ?? start, 'new.txt'))?.bytes ?? []).toString()).toBe('new\n');
  });

  it('neither enters nor commits a repository inside', async () => {
    const inner = join(workspace, 'inner');
    mkdirSync(inner);
    gitIn(inner, 'init', '--quiet', '--template=');
    gitIn(inner, 'commit', '--quiet', '--allow-empty', '-m', 'inner');
    inWorkspace('add', 'inner');
    inWorkspace('commit', '--quiet', '-m', 'a submodule');
    const on = commitSha(inWorkspace('rev-parse', 'HEAD').trim());
    await git.fetchFrom(workspace, on);
    plant(join(inner, '.git/config'), join(inner, '.git/hooks'));
    gitIn(workspace, 'clone', '--quiet', inner, 'second');
    rmSync(canary(), { force: true });
    writeFileSync(join(workspace, 'new.txt'), 'new\n');
    const made = await git.commitDirectory(workspace, on, left);
    expect(existsSync(canary())).toBe(false);
    expect(await git.changedPaths({ after: on, upTo: made ?? on })).toEqual(['new.txt']);
  });
});

/** Whatever makes git run a program, in the repository's own configuration. Each one leaves the canary. */
function plantEverywhere(): void {
  plant(join(workspace, '.git/config'), join(workspace, '.git/hooks'));
  writeFileSync(join(workspace, '.gitattributes'), '* filter=evil diff=evil merge=evil\n');
}

function plant(config: string, hooks: string): void {
  // In quotes, because a bare `;` begins a comment.
  const run = `"touch ${canary()}; cat"`;
  writeFileSync(
    config,
    `[core]\nrepositoryformatversion = 0\nbare = false\nfsmonitor = "touch ${canary()}; true"\nhooksPath = ${hooks}\n` +
      `[filter "evil"]\nclean = ${run}\nsmudge = ${run}\nrequired = true\n[diff "evil"]\ntextconv = ${run}\n` +
      `[uploadpack]\npackObjectsHook = "touch ${canary()}; git"\n[merge "evil"]\ndriver = ${run}\n`,
  );
  mkdirSync(hooks, { recursive: true });
  for (const hook of ['pre-commit', 'post-commit', 'post-index-change', 'reference-transaction', 'pre-auto-gc']) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${canary()}\n`, { mode: 0o755 });
  }
}

describe('the traps themselves', () => {
  it('work on a git that runs inside the workspace: the tests above could fail', () => {
    plantEverywhere();
    execFileSync('git', ['status'], { cwd: workspace, stdio: 'ignore' });
    expect(lstatSync(canary()).isFile()).toBe(true);
  });
});
