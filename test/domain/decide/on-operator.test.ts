// Level: unit.
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../src/domain/decide/on-operator.ts';
import type { OperatorRequest } from '../../../src/domain/decide/events.ts';
import { taskId } from '../../../src/domain/ids.ts';
import { edges, instant, passed, Play, red, row, runSteps, sha, starts, usage } from '../../support/state-builder.ts';

const by = { by: 'ann', why: 'because' } as const;
const about = (kind: 'retry' | 'skip' | 'cancel' | 'approve', id: string): OperatorRequest => ({
  kind,
  task: taskId(id),
  ...by,
});
const stop = { kind: 'control', control: { kind: 'stopping', ...by } } as const;

function atWork(): Play {
  const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] }), row('T3')]);
  play.published();
  play.prepared('T1');
  return play;
}

describe('stop', () => {
  test('ends running agents, gives the rows back, and ends when all is on the remote', () => {
    const play = atWork();
    const commands = play.ask(stop);
    expect(commands).toMatchObject([{ kind: 'end-step', task: 'T1', step: 'agent', attempt: 1, host: 'h1' }]);
    const killed = play.end('T1', 'agent', { kind: 'killed', usage: usage(50) });
    expect(edges(killed)).toEqual(['T1 in-progress → not-started']);
    expect(play.phaseEnd).toBeUndefined();
    play.published();
    expect(play.phaseEnd).toMatchObject({ kind: 'stopped', why: 'stopped by ann: because' });
  });

  test('lets a landing come to its end, and writes it', () => {
    const play = atWork();
    play.worked('T1');
    play.published();
    play.gated('T1');
    expect(play.ask(stop).map(({ kind }) => kind)).not.toContain('run-step');
    expect(play.log.filter((c) => c.kind === 'end-step').map((c) => c.task)).toEqual(['T3']);
    const landed = play.landed('T1');
    expect(edges(landed)).toEqual(['T1 in-progress → done']);
  });

  test('is final', () => {
    const play = atWork();
    play.ask(stop);
    play.ask({ kind: 'control', control: { kind: 'running' } });
    expect(play.state.run.control.kind).toBe('stopping');
  });

  test('ends without its rows while the plan cannot be read', () => {
    const play = atWork();
    play.hear({ kind: 'plan-invalid', tip: sha(3), diagnostics: [] });
    play.ask(stop);
    play.end('T1', 'agent', { kind: 'killed' });
    expect(play.phaseEnd?.kind).toBe('stopped');
  });
});

describe('cancel', () => {
  test('ends the attempt and fails the row with who and why', () => {
    const play = atWork();
    expect(play.ask(about('cancel', 'T1'))).toMatchObject([{ kind: 'end-step', task: 'T1' }]);
    play.end('T1', 'agent', { kind: 'killed' });
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'failed', notes: 'cancelled by ann: because' });
    expect(play.state.run.recentCauses).toEqual([]);
  });

  test('of a step that is due needs no answer', () => {
    const play = Play.opened([row('T1')]);
    play.ask(about('cancel', 'T1'));
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'failed' });
  });
});

describe('retry', () => {
  test('reopens a failed task with a fresh allowance and going numbers, and exactly what waited for it', () => {
    const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] }), row('T3')], { policy: { attempts: 1 } });
    play.published();
    play.prepared('T1');
    play.worked('T1');
    play.gated('T1', [red()]);
    play.published();
    play.ask(about('retry', 'T1'));
    expect(play.state.queued.find(({ from }) => from === 'failed')).toMatchObject({
      from: 'failed',
      to: 'not-started',
      op: expect.stringContaining(':T1:a1.g1:reopen') as string,
      cells: { completedAt: '' },
    });
    expect(play.task('T1')).toMatchObject({ tally: { spent: 0, reopened: 1 } });
    expect(play.state.graph.tasks[0]?.completedAt).toBeUndefined();
  });

  test('a reopened task starts in a fresh clone, keeps started_at and adds to used', () => {
    const play = Play.opened([row('T1', { status: 'failed', startedAt: instant(-5), used: 500 }), row('T2')], {
      histories: { T1: { attempts: 2, reopened: 0 } },
    });
    play.published();
    play.ask(about('retry', 'T1'));
    play.finish('T2');
    const [step] = runSteps(play.log).filter(({ task }) => task === 'T1');
    expect(step).toMatchObject({ attempt: 3, fresh: true, reopened: 1 });
    play.finish('T1');
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'done', used: 1500, startedAt: instant(-5) });
  });

  test("takes over a person's row", () => {
    const play = Play.opened([row('T1', { status: 'in-progress' }), row('T2')]);
    play.published();
    play.ask(about('retry', 'T1'));
    expect(play.task('T1')).toMatchObject({ kind: 'claimed', attempt: { number: 1, fresh: true } });
  });
});

describe('skip', () => {
  test('satisfies the edge', () => {
    const play = Play.opened([row('T1', { status: 'blocked' }), row('T2', { needs: ['T1'] }), row('T3')]);
    play.published();
    play.ask(about('skip', 'T1'));
    play.finish('T3');
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'skipped' });
    expect(play.task('T2').kind).toBe('claimed');
  });

  test('of a running task ends its agent first', () => {
    const play = atWork();
    expect(play.ask(about('skip', 'T1'))).toMatchObject([{ kind: 'end-step', task: 'T1' }]);
    play.end('T1', 'agent', { kind: 'killed' });
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'skipped', notes: 'skipped by ann: because' });
  });
});

describe('approve', () => {
  test('before: the task is not claimed until a person approves; it is told once', () => {
    const play = Play.opened([row('T1', { approve: ['before'] })]);
    expect(play.log.filter(({ kind }) => kind === 'notify')).toHaveLength(1);
    play.hear({ kind: 'timer', timer: 'retry-later' });
    expect(play.log.filter(({ kind }) => kind === 'notify')).toHaveLength(1);
    expect(play.phaseEnd).toBeUndefined();
    expect(edges(play.ask(about('approve', 'T1')))).toEqual(['T1 not-started → in-progress']);
  });

  test('after: green commits are landed once a person approves', () => {
    const play = Play.opened([row('T1', { approve: ['after'] })]);
    play.published();
    play.prepared('T1');
    play.worked('T1');
    expect(starts(play.gated('T1', [passed]))).toEqual([]);
    expect(play.phaseEnd).toBeUndefined();
    expect(starts(play.ask(about('approve', 'T1')))).toEqual(['T1.land']);
  });

  test('after, with nothing to land: approval is the end', () => {
    const play = Play.opened([row('T1', { approve: ['after'] })]);
    play.published();
    play.prepared('T1');
    const none = { kind: 'no-change', notes: '', usage: usage(1) } as const;
    play.end('T1', 'agent', none);
    play.end('T1', 'agent', none);
    play.gated('T1');
    expect(edges(play.ask(about('approve', 'T1')))).toEqual(['T1 in-progress → done']);
  });

  test.each([
    ['its id', { 'A-SEC-1': ['before'] }],
    ['its category', { SEC: ['before'] }],
    ['its phase', { '1': ['before'] }],
  ] as const)('is wanted by the config by %s', (_name, approve) => {
    const play = Play.opened([row('A-SEC-1')], { policy: { approve } });
    expect(play.task('A-SEC-1').kind).toBe('idle');
  });
});

describe('what is refused', () => {
  const play = () => Play.opened([row('T1'), row('T2', { status: 'done' }), row('T3', { needs: ['T1'] })]);
  test.each([
    ['an unknown task', about('retry', 'T9'), /Phase 1 has no task T9/],
    ['retry of a running task', about('retry', 'T1'), /T1 is in progress: only a failed or blocked task/],
    ['retry of a done task', about('retry', 'T2'), /T2 is done/],
    ['skip of a done task', about('skip', 'T2'), /T2 is done already/],
    ['cancel of a task that is not started', about('cancel', 'T3'), /only a task that is being worked on/],
    ['approve of a task that waits for none', about('approve', 'T3'), /does not wait for an approval/],
    ['concurrency 0', { kind: 'set-concurrency', concurrency: 0, ...by }, /expected a whole number from 1 to 64/],
    ['concurrency 65', { kind: 'set-concurrency', concurrency: 65, ...by }, /Unexpected concurrency 65/],
    ['concurrency 1.5', { kind: 'set-concurrency', concurrency: 1.5, ...by }, /whole number/],
  ] as const)('%s, with a sentence, and nothing changes', (_name, request, words) => {
    const before = play();
    expect(refusal(before.state, request)).toMatch(words);
    const tasks = before.state.tasks;
    expect(before.ask(request)).toEqual([]);
    expect(before.state.tasks).toEqual(tasks);
  });

  test('a second ending of a task that is being ended', () => {
    const running = atWork();
    running.ask(about('cancel', 'T1'));
    expect(refusal(running.state, about('skip', 'T1'))).toMatch(/being ended already/);
  });

  test('everything once the phase has ended, and tasks before the rows are read', () => {
    const ended = Play.opened([row('T1', { status: 'done' })]);
    expect(ended.phaseEnd?.kind).toBe('completed');
    expect(refusal(ended.state, about('retry', 'T1'))).toMatch(/has ended/);
    expect(refusal(new Play([row('T1')]).state, about('retry', 'T1'))).toMatch(/not been read yet/);
  });
});
