// Level: activity, real git over a socket.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from '../../src/activities/publish.ts';
import type { Git, GitOf } from '../../src/adapters/git/port.ts';
import type { PublishInput, PublishResult } from '../../src/contracts/activities.ts';
import { type CommitSha, runId } from '../../src/domain/ids.ts';
import type { Transition } from '../../src/domain/transition.ts';
import { testScope } from '../support/activity-scope.ts';
import { makeRemote, type TestRemote } from '../support/git-remote.ts';
import { at, claim, finish, portsOn, publishInput, run, transition } from '../support/publishing.ts';

const plan = `# Plan

| id  | status      | description | depends_on | agent | started_at | completed_at | used | notes |
| --- | ----------- | ----------- | ---------- | ----- | ---------- | ------------ | ---- | ----- |
| T-1 | not-started | first       |            |       |            |              |      |       |
| T-2 | not-started | second      | T-1        |       |            |              |      |       |
| T-3 | not-started | third       |            |       |            |              |      |       |
`;
const other = runId('bbbbbbbb');
const begin = { kind: 'begin', home: 'home-1', takeOver: false } as const;

let remote: TestRemote;
let ports: ReturnType<typeof portsOn>;
let start: CommitSha;

beforeEach(async () => {
  remote = await makeRemote({ files: { 'docs/tasks.md': plan } });
  ports = portsOn(remote);
  start = remote.tip('main')!;
});
afterEach(async () => remote.close());

function send(
  tip: CommitSha,
  transitions: readonly Transition[],
  more: Partial<PublishInput> = {},
  on = ports,
): Promise<PublishResult> {
  return publish(on, publishInput(remote, tip, { transitions, ...more }), testScope());
}

const text = (): string => remote.read('main', 'docs/tasks.md') ?? '';
const row = (id: string): readonly string[] =>
  (
    text()
      .split('\n')
      .find((line) => line.startsWith(`| ${id} `)) ?? ''
  )
    .split('|')
    .map((cell) => cell.trim());
const subjects = (): readonly string[] => remote.log('main').map(({ subject }) => subject);
const head = (): CommitSha => remote.tip('main')!;

/** A person replaces the words of one row. */
function personSets(id: string, from: string, to: string): CommitSha {
  const edited = text()
    .split('\n')
    .map((line) => (line.startsWith(`| ${id} `) ? line.replace(from, to.padEnd(from.length)) : line))
    .join('\n');
  return remote.commit({ 'docs/tasks.md': edited });
}

/** A port whose pushes go wrong in a way of the test's choosing. */
function withPushes(wrap: (push: Git['push']) => Git['push']): GitOf {
  const gitOf = portsOn(remote, 'wrapped').git;
  return (address) => {
    const git = gitOf(address);
    return { ...git, push: wrap((updates) => git.push(updates)) };
  };
}

describe('what it writes', () => {
  it('is one commit per transition, with its trailer, author and time, and nothing but the cells meant', async () => {
    const result = await send(start, [claim('T-1', start), claim('T-3', start)], { ownership: begin });
    expect(result).toMatchObject({ kind: 'published', tip: head(), conflicts: [], changedByOthers: false });
    expect(result.kind === 'published' ? result.written : []).toEqual([
      'aaaaaaaa:T-1:a1.g0:claim',
      'aaaaaaaa:T-3:a1.g0:claim',
    ]);
    expect(remote.log('main').slice(1)).toMatchObject([
      { subject: 'chore(tasks): run aaaaaaaa begins [skip ci]', trailers: { 'Tallyman-Run': 'aaaaaaaa@home-1' } },
      {
        subject: 'chore(tasks): T-1 not-started → in-progress [skip ci]',
        author: 'Tallyman',
        trailers: { 'Tallyman-Op': 'aaaaaaaa:T-1:a1.g0:claim' },
      },
      { subject: 'chore(tasks): T-3 not-started → in-progress [skip ci]' },
    ]);
    expect(row('T-1').slice(1, 7)).toEqual(['T-1', 'in-progress', 'first', '', 'fake', at]);
    const untouched = (all: string): string =>
      all
        .split('\n')
        .filter((line) => !/^\| T-[13]/.test(line))
        .join('\n');
    expect(untouched(text())).toBe(untouched(plan));
    expect(remote.git('log', '--format=%ad %cd', '--date=iso-strict', '-1').trim()).toBe(
      '2026-01-02T03:04:05+00:00 2026-01-02T03:04:05+00:00',
    );
  });

  it('goes from claim to done, and a dependent may then be claimed in the same push', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    const result = await send(tip, [finish('T-1', tip), claim('T-2', tip)]);
    expect(result).toMatchObject({ kind: 'published', conflicts: [] });
    expect([row('T-1')[2], row('T-2')[2]]).toEqual(['done', 'in-progress']);
    await send(head(), [], { ownership: { kind: 'end' } });
    expect(remote.log('main').at(-1)?.trailers).toEqual({ 'Tallyman-Run-End': 'aaaaaaaa@home-1' });
    await send(head(), [], { ownership: { kind: 'end' } });
    expect(subjects().filter((subject) => subject.includes('ends'))).toHaveLength(1);
  });

  it('counts a transition that changes no byte as performed, without a commit', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    const again = transition({
      task: 'T-1',
      name: 'again',
      from: 'in-progress',
      to: 'in-progress',
      base: tip,
      cells: { agent: 'fake' },
    });
    expect(await send(tip, [again])).toMatchObject({ kind: 'published', tip, written: [again.op] });
    expect(head()).toBe(tip);
  });
});

describe('asked twice', () => {
  it('finds what it did, and writes nothing again', async () => {
    const transitions = [claim('T-1', start), claim('T-3', start)];
    const first = await send(start, transitions, { ownership: begin });
    const tip = head();
    expect(await send(start, transitions, { ownership: begin })).toEqual(first);
    expect(await send(start, transitions, { ownership: begin }, portsOn(remote, 'host-2'))).toMatchObject({ tip });
    expect(head()).toBe(tip);
  });

  it.each([
    ['that had landed', true],
    ['that had not', false],
  ])('answers an unknown push %s by looking', async (_name, lands) => {
    let pushes = 0;
    const git = withPushes((push) => async (updates) => {
      pushes += 1;
      if (pushes > 1) return push(updates);
      if (lands) await push(updates);
      return { kind: 'unknown', text: 'the line broke' };
    });
    const result = await send(start, [claim('T-1', start)], { ownership: begin }, portsOn(remote, 'x', git));
    expect(result).toMatchObject({ kind: 'published', tip: head() });
    expect(subjects()).toHaveLength(3);
    expect(pushes).toBe(lands ? 1 : 2);
  });

  it('gives the same commit when it builds it again on the same tip', async () => {
    const made: string[] = [];
    const git = withPushes(() => (updates) => {
      made.push(...updates.map(({ to }) => to));
      return Promise.resolve({ kind: 'refused', text: 'kept out' });
    });
    const send_ = () => send(start, [claim('T-1', start)], { ownership: begin }, portsOn(remote, 'x', git));
    expect(await send_()).toMatchObject({ kind: 'refused', why: 'protected' });
    await send_();
    expect(new Set(made).size).toBe(1);
  });

  it('finds what it did although the row has gone on since', async () => {
    const op = claim('T-1', start);
    await send(start, [op], { ownership: begin });
    personSets('T-1', 'in-progress', 'failed');
    expect(await send(start, [op])).toMatchObject({ written: [op.op], conflicts: [], changedByOthers: true });
    expect(row('T-1')[2]).toBe('failed');
  });

  it('trusts no trailer that does not make the change it names', async () => {
    const op = claim('T-1', start);
    remote.commit({ 'x.txt': 'x' }, { message: `looks like one\n\nTallyman-Op: ${op.op}` });
    await send(start, [op], { ownership: begin });
    expect(row('T-1')[2]).toBe('in-progress');
  });
});

describe('people', () => {
  it('are told apart: their other edits stay and are reported', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    personSets('T-3', 'third', 'new words');
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({ conflicts: [], changedByOthers: true });
    expect([row('T-1')[2], row('T-3')[3]]).toEqual(['done', 'new words']);
  });

  it.each([
    ['done', 'person-set'],
    ['skipped', 'person-set'],
    ['not-started', 'person-set'],
    ['failed', 'cell-changed'],
    ['blocked', 'cell-changed'],
  ])('who set %s win: %s', async (status, kind) => {
    await send(start, [claim('T-1', start), claim('T-3', start)], { ownership: begin });
    const tip = head();
    personSets('T-1', 'in-progress', status);
    const result = await send(tip, [finish('T-1', tip, 'failed'), finish('T-3', tip)]);
    const expected = status === 'failed' ? { kind: 'cell-changed', found: 'failed' } : { kind, found: status };
    expect(result).toMatchObject({ written: [finish('T-3', tip).op], conflicts: [{ task: 'T-1', ...expected }] });
    expect(row('T-1')[2]).toBe(status);
  });

  it('who remove a row end what runs for it', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    remote.commit({
      'docs/tasks.md': text()
        .split('\n')
        .filter((line) => !line.startsWith('| T-1 '))
        .join('\n')
        .replace('| T-1        |', '|            |'),
    });
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({
      conflicts: [{ kind: 'person-set', found: 'removed' }],
    });
  });

  it('who change a cell that is about to be written stop it, with both values', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    const edited = text().replace(/^(\| T-1 .*\|)([^|]*)\|$/m, '$1 mine! |');
    remote.commit({ 'docs/tasks.md': edited });
    const result = await send(tip, [finish('T-1', tip)]);
    expect(result).toMatchObject({ written: [], conflicts: [{ task: 'T-1', kind: 'cell-changed' }] });
    expect(JSON.stringify(result)).toMatch(/notes.*landed.*Pat Person/);
  });

  it('changed that cell before the transition was queued: no conflict', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const edited = text().replace(/^(\| T-1 .*\|)([^|]*)\|$/m, '$1 mine! |');
    const seen = remote.commit({ 'docs/tasks.md': edited });
    expect(await send(seen, [finish('T-1', seen)])).toMatchObject({ conflicts: [] });
  });

  it('who undo a need keep its dependents from being claimed', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const claimed = head();
    await send(claimed, [finish('T-1', claimed)]);
    const tip = head();
    personSets('T-1', 'done       ', 'not-started');
    const result = await send(tip, [claim('T-2', tip)]);
    expect(result).toMatchObject({ conflicts: [{ task: 'T-2', kind: 'needs-undone', found: 'not-started' }] });
    expect(row('T-2')[2]).toBe('not-started');
  });

  it('a conflict on a row keeps back what follows on that row and what needs it', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    personSets('T-1', 'in-progress', 'not-started');
    const result = await send(tip, [finish('T-1', tip), claim('T-2', tip), claim('T-3', tip)]);
    expect(result).toMatchObject({
      written: ['aaaaaaaa:T-3:a1.g0:claim'],
      conflicts: [
        { task: 'T-1', kind: 'person-set' },
        { task: 'T-2', kind: 'needs-undone' },
      ],
    });
  });

  it('who break the file are waited for: nothing is written', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    const broken = remote.commit({ 'docs/tasks.md': text().replace('in-progress', 'in-progres!') });
    const result = await send(tip, [finish('T-1', tip)]);
    expect(result).toMatchObject({ kind: 'plan-invalid', tip: broken });
    expect(result.kind === 'plan-invalid' ? result.diagnostics.length : 0).toBeGreaterThan(0);
    expect(head()).toBe(broken);
    const gone = remote.commit({ 'docs/tasks.md': null });
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({ kind: 'plan-invalid', tip: gone });
    const mended = remote.commit({ 'docs/tasks.md': remote.git('show', `${tip}:docs/tasks.md`) });
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({ kind: 'published', conflicts: [] });
    expect(remote.log('main').at(-1)?.parents).toEqual([mended]);
  });
});

describe('whose plan it is', () => {
  it('another home is refused, unless told to take over', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const theirs = { run: other, ownership: { kind: 'begin', home: 'home-2', takeOver: false } as const };
    const refused = await send(head(), [], theirs);
    expect(refused).toMatchObject({ kind: 'refused', why: 'foreign-run' });
    expect(JSON.stringify(refused)).toMatch(/home-1.*--take-over/);
    const taken = await send(head(), [], { ...theirs, ownership: { ...theirs.ownership, takeOver: true } });
    expect(taken).toMatchObject({ kind: 'published' });
  });

  it('the same home takes over, and the run before it writes nothing more', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    expect(await send(tip, [], { run: other, ownership: begin })).toMatchObject({ kind: 'published' });
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({ kind: 'refused', why: 'foreign-run' });
    expect(await send(start, [claim('T-1', start)], { ownership: begin })).toMatchObject({ why: 'foreign-run' });
    expect(row('T-1')[2]).toBe('in-progress');
  });

  it('a run that has ended holds up nobody', async () => {
    await send(start, [], { ownership: begin });
    await send(head(), [], { ownership: { kind: 'end' } });
    const theirs = { kind: 'begin', home: 'home-2', takeOver: false } as const;
    expect(await send(head(), [], { run: other, ownership: theirs })).toMatchObject({ kind: 'published' });
  });
});

describe('the branch', () => {
  it('rewritten behind what the run has seen stops everything', async () => {
    await send(start, [claim('T-1', start)], { ownership: begin });
    const tip = head();
    remote.git('update-ref', 'refs/heads/main', start);
    expect(await send(tip, [finish('T-1', tip)])).toMatchObject({ kind: 'refused', why: 'rewritten' });
    expect(head()).toBe(start);
  });

  it('missing, or protected, is refused in words', async () => {
    mkdirSync(join(remote.bare, 'hooks'), { recursive: true });
    const hook = join(remote.bare, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "ask the owner"\nexit 1\n', { mode: 0o755 });
    const refused = await send(start, [claim('T-1', start)], { ownership: begin });
    expect(refused).toMatchObject({ kind: 'refused', why: 'protected' });
    expect(JSON.stringify(refused)).toContain('ask the owner');
    remote.git('update-ref', '-d', 'refs/heads/main');
    expect(await send(start, [claim('T-1', start)])).toMatchObject({ kind: 'refused', why: 'branch-missing' });
  });
});

describe('writers at the same time', () => {
  it('lose nothing and double nothing: two hosts of one run, and a person', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `R-${n + 1}`);
    const rows = ids.map((id) => `| ${id} | not-started | x | |`).join('\n');
    const first = remote.commit({
      'docs/tasks.md': `# P\n\n| id | status | description | notes |\n|-|-|-|-|\n${rows}\n`,
    });
    await send(first, [], { ownership: begin });
    const tip = head();
    const hosts = [portsOn(remote, 'h1'), portsOn(remote, 'h2')];
    // Both hosts are handed every transition, each in pieces of its own.
    const sent = hosts.flatMap((on, n) =>
      (n === 0 ? [ids.slice(0, 5), ids.slice(5)] : [ids.slice(0, 8), ids.slice(8)]).map((part) =>
        send(
          tip,
          part.map((id) => claim(id, tip, { notes: id })),
          {},
          on,
        ),
      ),
    );
    for (let n = 0; n < 5; n += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      remote.commit({ [`person-${n}`]: 'x' });
    }
    await Promise.all(sent);
    const ops = remote.log('main').flatMap(({ trailers }) => trailers['Tallyman-Op'] ?? []);
    expect([...ops].sort()).toEqual(ids.map((id) => `${run}:${id}:a1.g0:claim`).sort());
    expect(ids.map((id) => row(id)[2])).toEqual(ids.map(() => 'in-progress'));
    expect(Array.from({ length: 5 }, (_, n) => remote.read('main', `person-${n}`))).toEqual(['x', 'x', 'x', 'x', 'x']);
  });
});
