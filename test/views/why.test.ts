// Level: unit.
import { describe, expect, test } from 'vitest';
import type { WaitReason } from '../../src/domain/decide/commands.ts';
import { taskId } from '../../src/domain/ids.ts';
import { sentenceOf, whyTask } from '../../src/views/why.ts';
import { instant, Play, red, row, sha, usage } from '../support/state-builder.ts';

const by = { by: 'ann', why: 'lunch' };

function why(play: Play, id: string): string {
  return whyTask(play.state, id, instant(play.ms));
}

function opened(): Play {
  const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] }), row('T3'), row('T4', { needs: ['T2'] })]);
  play.published();
  return play;
}

describe('why a task does not run', () => {
  test.each([
    ['T1', 'T1 is in progress: its workspace is being prepared (attempt 1, since 2026-02-05 08:00 UTC).'],
    ['T3', 'T3 is ready and waits for a free slot (1 agent at a time; it is next).'],
    [
      'T2',
      'T2 waits for T1, which is in progress: its workspace is being prepared (attempt 1, since 2026-02-05 08:00 UTC).',
    ],
    ['T4', /^T4 waits for T2, which waits for T1, which is in progress: /],
    ['T9', /^Phase 1 has no task T9: /],
    ['t1', 'Phase 1 has no task t1: did you mean T1?'],
  ])('%s', (id, sentence) => {
    if (typeof sentence === 'string') expect(why(opened(), id)).toBe(sentence);
    else expect(why(opened(), id)).toMatch(sentence);
  });

  test('names the cause at the end of a chain', () => {
    const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] }), row('T3', { needs: ['T2'] })], {
      policy: { attempts: 1 },
    });
    play.published();
    play.prepared('T1');
    play.worked('T1');
    play.gated('T1', [red('lint')]);
    expect(why(play, 'T3')).toBe(
      'T3 waits for T2, which waits for T1, which failed: gate lint failed with exit code 1.',
    );
    expect(why(play, 'T1')).toBe('T1 failed: gate lint failed with exit code 1.');
  });

  test('is true of each hold', () => {
    const play = opened();
    play.prepared('T1');
    play.end('T1', 'agent', { kind: 'limited', agent: 'coder', until: instant(3_600_000), usage: usage(0) });
    expect(why(play, 'T1')).toBe('T1 waits for agent coder: usage limit until 2026-02-05 09:00 UTC.');
    play.ask({ kind: 'control', control: { kind: 'paused', interrupt: false, ...by } });
    expect(why(play, 'T3')).toBe('T3 waits until the run is resumed: paused by ann (lunch).');
    play.hear({ kind: 'compaction-due' });
    expect(why(play, 'T3')).toMatch(/^T3 waits a moment/);
  });

  test('says so while the plan cannot be read, and while a step is being ended', () => {
    const play = opened();
    const diagnostic = {
      file: 'docs/tasks.md',
      line: 3,
      column: 1,
      length: 1,
      severity: 'error',
      code: 'x',
      message: 'Unexpected "dun"',
      advice: '',
    } as const;
    play.hear({ kind: 'plan-invalid', tip: sha(3), diagnostics: [diagnostic] });
    expect(why(play, 'T3')).toBe(
      'T3 waits until the plan can be read again (1 problem; first: docs/tasks.md:3:1 Unexpected "dun").',
    );
    play.ask({ kind: 'cancel', task: taskId('T1'), ...by });
    expect(why(play, 'T1')).toBe('T1 is being ended.');
  });

  test('before the rows are read it asks for patience', () => {
    expect(why(new Play([row('T1')]), 'T1')).toMatch(/not been read yet/);
  });
});

describe('every reason is a sentence', () => {
  const task = taskId('T1');
  const reasons: readonly WaitReason[] = [
    { task, kind: 'settled', as: 'done', note: '' },
    { task, kind: 'settled', as: 'blocked', note: 'no key' },
    { task, kind: 'theirs' },
    { task, kind: 'stopping', ...by },
    { task, kind: 'agent-held', agent: 'a', why: 'not logged in' },
    { task, kind: 'agent-unknown', agent: 'x' },
    { task, kind: 'approval', point: 'before' },
    { task, kind: 'approval', point: 'after' },
    { task, kind: 'claim-on-its-way' },
    { task, kind: 'branch-taken', branch: 'b', by: taskId('T2') },
    { task, kind: 'branch-keeps-moving', branch: 'b' },
    { task, kind: 'back-off', until: instant(0) },
    { task, kind: 'ending' },
    { task, kind: 'remote-silent', since: instant(0) },
    { task, kind: 'base-gates', repo: '', state: 'running' },
    { task, kind: 'base-gates', repo: 'api', state: 'red' },
    { task, kind: 'breaker', cause: 'gate lint' },
    { task, kind: 'compacting' },
    { task, kind: 'needs', chain: [] },
    { task, kind: 'needs', chain: [{ task: taskId('T2'), status: 'failed', note: 'why' }] },
    { task, kind: 'slots', concurrency: 2, ahead: 3 },
  ];
  test('with a capital and a full stop, and each another one', () => {
    const sentences = reasons.map(sentenceOf);
    expect(new Set(sentences).size).toBe(reasons.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
    expect(sentences.at(-2)).toBe('Waits for T2, which failed: why.');
    expect(sentences.at(-1)).toBe('Is ready and waits for a free slot (2 agents at a time; 3 ready tasks before it).');
  });
});
