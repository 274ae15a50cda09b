// Level: example. The scripted agent as a program: real git, no Tallyman.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentFile, git, newRepository, playbookFile, runAgent } from './plain-git.ts';

const id = 'T-SEC-1';
const work = { files: { 'a.txt': 'good\n' }, message: 'write a', used: '3K', notes: 'wrote a' };

function emptyRepository(): string {
  return newRepository((directory) => writeFileSync(join(directory, 'README.md'), '# x\n'));
}

/** Starts the agent with a rig, as a test that drives it does. */
function startDriven(
  clone: string,
  entry: Readonly<Record<string, unknown>>,
): { agent: ChildProcess; rig: string; journal: string } {
  const rig = mkdtempSync(join(tmpdir(), 'tallyman-rig-'));
  const journal = join(rig, 'journal.ndjson');
  const args = [agentFile, '--playbook', playbookFile({ [id]: entry }), '--rig', rig, '--journal', journal];
  const agent = spawn(process.execPath, args, { cwd: clone, stdio: ['pipe', 'ignore', 'ignore'] });
  agent.stdin.end(`Task ${id}`);
  return { agent, rig, journal };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isTrue(); turn += 1) await new Promise((done) => setTimeout(done, 20));
  expect(isTrue()).toBe(true);
}

describe('the scripted agent', () => {
  test('edits, commits and ends with the result block, on stdout and in the file', () => {
    const clone = emptyRepository();
    const { run, result } = runAgent({ clone, playbook: playbookFile({ [id]: work }), prompt: `# ${id}: do it` });
    const head = git(clone, 'rev-parse', 'HEAD');
    expect(run.status).toBe(0);
    expect(result).toMatchObject({ task_id: id, status: 'success', used: '3K', commit_sha: head, notes: 'wrote a' });
    expect(JSON.parse(/```json\n([^]*?)\n```/.exec(run.stdout)?.[1] ?? '')).toEqual(result);
    expect(git(clone, 'log', '-1', '--format=%s')).toBe(`fix(${id}): write a`);
    expect(git(clone, 'status', '--porcelain')).toBe('');
  });

  test('started again it adds nothing, and reports the same commit', () => {
    const clone = emptyRepository();
    const base = git(clone, 'rev-parse', 'HEAD');
    const playbook = playbookFile({ [id]: work });
    const once = runAgent({ clone, playbook, base, prompt: id });
    // A predecessor killed in the middle of its commit leaves the lock of the index behind.
    writeFileSync(join(clone, '.git', 'index.lock'), '');
    const again = runAgent({ clone, playbook, base, prompt: id });
    expect(again.result).toEqual(once.result);
    expect(git(clone, 'rev-list', '--count', `${base}..HEAD`)).toBe('1');
  });

  test('mends its defect only when the words of the gate are in the prompt', () => {
    const clone = emptyRepository();
    const base = git(clone, 'rev-parse', 'HEAD');
    const defect = { files: { 'a.txt': 'bad\n' }, mendedBy: 'a\\.txt:\\d+ is bad' };
    const playbook = playbookFile({ [id]: { ...work, defect } });
    const text = (prompt: string): string => {
      runAgent({ clone, playbook, base, prompt });
      return readFileSync(join(clone, 'a.txt'), 'utf8');
    };
    expect(text(id)).toBe('bad\n');
    expect(text(`${id}, attempt 2: the gate lint failed`)).toBe('bad\n');
    expect(text(`${id}\nlint: a.txt:1 is bad`)).toBe('good\n');
  });

  test('reports its usage limit until it is resumed with its session', () => {
    const clone = emptyRepository();
    const playbook = playbookFile({ [id]: { ...work, limit: { resetsInMs: 4000 } } });
    const { result } = runAgent({ clone, playbook, prompt: id });
    const { status, resets_at: resetsAt, session } = result ?? {};
    expect(status).toBe('limited');
    expect(Date.parse(String(resetsAt)) - Date.now()).toBeGreaterThan(2000);
    const resumed = runAgent({ clone, playbook, prompt: id, session: String(session) });
    expect(resumed.result).toMatchObject({ status: 'success', session });
  });

  test('says that nothing needs changing, and says it again', () => {
    const clone = emptyRepository();
    const playbook = playbookFile({ [id]: { notes: 'all green' } });
    for (const prompt of [id, `${id}: make your commit, or repeat`])
      expect(runAgent({ clone, playbook, prompt }).result).toMatchObject({ status: 'success', commit_sha: null });
  });

  test('takes the id that the prompt names first, as a whole word', () => {
    const clone = emptyRepository();
    const playbook = playbookFile({ 'T-SEC-1': { notes: 'one' }, 'T-SEC-10': { notes: 'ten' } });
    expect(runAgent({ clone, playbook, prompt: 'T-SEC-10, not T-SEC-1' }).result).toMatchObject({
      task_id: 'T-SEC-10',
    });
  });

  test.each([
    ['no result', { result: 'none' }, undefined],
    ['half a result', { result: 'garbage' }, undefined],
    ['the id of another task', { result: { task_id: 'T-SEC-2' } }, { task_id: 'T-SEC-2' }],
    ['a commit that does not exist', { result: { commit_sha: 'feed'.repeat(10) } }, { commit_sha: 'feed'.repeat(10) }],
    ['no commit', { commit: false }, { commit_sha: null }],
    ['a blocker', { status: 'blocked' }, { status: 'blocked' }],
  ])('can end with %s', (_name, behaviour, expected) => {
    const { run, result } = runAgent({
      clone: emptyRepository(),
      playbook: playbookFile({ [id]: { ...work, ...behaviour } }),
      prompt: id,
    });
    expect(run.status).toBe(0);
    if (expected === undefined) expect(result).toBeUndefined();
    else expect(result).toMatchObject(expected);
  });

  test('can leave files behind, write to the plan, flood its output and exit non-zero', () => {
    const clone = emptyRepository();
    const entry = { ...work, dirty: { 'left.txt': 'x' }, touchPlan: 'README.md', floodBytes: 100_000 };
    const { run } = runAgent({ clone, playbook: playbookFile({ [id]: entry }), prompt: id });
    expect(run.stdout.length).toBeGreaterThan(100_000);
    expect(
      git(clone, 'status', '--porcelain')
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['M README.md', '?? left.txt']);
    const failing = runAgent({ clone, playbook: playbookFile({ [id]: { exitCode: 7 } }), prompt: id });
    expect([failing.run.status, failing.result]).toEqual([7, undefined]);
  });

  test('waits for the test that drives it, and writes down what happened', async () => {
    const { agent, rig, journal } = startDriven(emptyRepository(), { ...work, await: 'go' });
    const ended = new Promise((resolve) => agent.on('close', resolve));
    await until(() => existsSync(join(rig, `${id}.waiting`)));
    expect(agent.exitCode).toBeNull();
    writeFileSync(join(rig, 'go'), '');
    expect(await ended).toBe(0);
    const events = readFileSync(journal, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.map(({ event }) => event)).toEqual(['started', 'ended']);
  });
});
