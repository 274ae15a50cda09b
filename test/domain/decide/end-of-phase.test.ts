// Level: unit.
import { describe, expect, test } from 'vitest';
import { taskId } from '../../../src/domain/ids.ts';
import { instant, Play, row, usage } from '../../support/state-builder.ts';

describe('how a phase ends', () => {
  test.each([
    ['completed', ['done', 'skipped']],
    ['finished-with-failures', ['done', 'failed']],
    ['deadlocked', ['done', 'blocked']],
    ['deadlocked', ['failed', 'blocked']],
  ] as const)('%s for rows %j', (kind, [one, two]) => {
    const play = Play.opened([row('T1', { status: one }), row('T2', { status: two })]);
    expect(play.phaseEnd?.kind).toBe(kind);
  });

  test('deadlocked names every task that is not settled well, with its chain and the cause', () => {
    const play = Play.opened([
      row('T1', { status: 'failed', notes: 'gate lint failed' }),
      row('T2', { needs: ['T1'] }),
      row('T3', { needs: ['T2'] }),
    ]);
    expect(play.phaseEnd).toMatchObject({
      kind: 'deadlocked',
      reasons: [
        { task: 'T1', kind: 'settled', as: 'failed', note: 'gate lint failed' },
        { task: 'T2', kind: 'needs', chain: [{ task: 'T1', status: 'failed', note: 'gate lint failed' }] },
        {
          task: 'T3',
          kind: 'needs',
          chain: [
            { task: 'T2', status: 'not-started' },
            { task: 'T1', status: 'failed' },
          ],
        },
      ],
    });
  });

  test('other tasks are done before a failure is the end', () => {
    const play = Play.opened([row('T1', { status: 'failed' }), row('T2', { needs: ['T1'] }), row('T3')]);
    play.published();
    expect(play.phaseEnd).toBeUndefined();
    play.finish('T3');
    expect(play.phaseEnd?.kind).toBe('deadlocked');
  });

  test('an agent that the config does not have leaves its task unsettled', () => {
    const play = Play.opened([row('T1', { agent: 'nobody' })]);
    expect(play.phaseEnd).toMatchObject({ kind: 'deadlocked', reasons: [{ kind: 'agent-unknown', agent: 'nobody' }] });
  });

  test('a report of many reasons is bounded', () => {
    const rows = Array.from({ length: 1000 }, (_, at) =>
      row(`T${at}`, at === 0 ? { status: 'blocked' } : { needs: ['T0'] }),
    );
    const { phaseEnd } = Play.opened(rows);
    expect(phaseEnd?.kind === 'deadlocked' && phaseEnd.reasons.length).toBe(300);
    expect(JSON.stringify(phaseEnd).length).toBeLessThan(256 * 1024);
  });

  test('nothing is decided after the end', () => {
    const play = Play.opened([row('T1', { status: 'done' })]);
    const { state } = play;
    expect(play.seen({}, [row('T1')])).toEqual([]);
    expect(play.state).toBe(state);
  });
});

describe('waits are not ends', () => {
  test('a usage limit, a stopped agent, an approval and a pause keep the phase open', () => {
    const limited = Play.opened([row('T1')]);
    limited.published();
    limited.prepared('T1');
    limited.end('T1', 'agent', { kind: 'limited', agent: 'coder', until: instant(900_000), usage: usage(0) });
    const paused = Play.opened([row('T1')], { base: 'asked' });
    paused.ask({ kind: 'control', control: { kind: 'paused', interrupt: false, by: 'ann', why: '' } });
    paused.greenBases();
    const approval = Play.opened([row('T1', { approve: ['before'] })]);
    for (const play of [limited, paused, approval]) {
      play.hear({ kind: 'timer', timer: 'retry-later' });
      expect(play.phaseEnd).toBeUndefined();
    }
  });

  test('a pause does not keep a phase open in which everything is settled', () => {
    const play = Play.opened([row('T1')]);
    play.published();
    play.ask({ kind: 'control', control: { kind: 'paused', interrupt: false, by: 'ann', why: '' } });
    play.ask({ kind: 'skip', task: taskId('T1'), by: 'ann', why: '' });
    play.end('T1', 'prepare', { kind: 'killed' });
    play.published();
    expect(play.phaseEnd?.kind).toBe('completed');
  });

  test('an unpublished transition keeps the phase open', () => {
    const play = Play.opened([row('T1')]);
    play.published();
    play.prepared('T1');
    play.worked('T1');
    play.gated('T1');
    play.landed('T1');
    expect(play.phaseEnd).toBeUndefined();
    play.published();
    expect(play.phaseEnd?.kind).toBe('completed');
  });
});
