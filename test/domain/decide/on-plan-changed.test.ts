// Level: unit.
import { describe, expect, test } from 'vitest';
import type { RowHistory } from '../../../src/domain/plan.ts';
import { runId, taskId } from '../../../src/domain/ids.ts';
import { edges, kinds, passed, Play, row, run8, runSteps, sha, starts } from '../../support/state-builder.ts';

const earlier = runId('eeeeeeee');

function first(rows: Parameters<typeof Play.opened>[0], histories: Readonly<Record<string, RowHistory>> = {}): Play {
  return Play.opened(rows, { histories });
}

describe('the first rows of a run', () => {
  test('a settled row is trusted, and a satisfied need lets its dependent start', () => {
    const play = first([
      row('T1', { status: 'done' }),
      row('T2', { status: 'skipped' }),
      row('T3', { needs: ['T1', 'T2'] }),
    ]);
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'done' });
    expect(play.task('T3').kind).toBe('claimed');
  });

  test('an in-progress row that no commit of ours claimed belongs to a person', () => {
    const play = first([row('T1', { status: 'in-progress' })]);
    expect(play.task('T1').kind).toBe('theirs');
    expect(play.phaseEnd).toMatchObject({ kind: 'deadlocked', reasons: [{ task: 'T1', kind: 'theirs' }] });
  });

  test('a row claimed by an earlier run is taken up again, unspent, in a fresh workspace, numbers going on', () => {
    const rows = [
      row('T1', { status: 'in-progress', agent: 'other', startedAt: '2026-02-01T00:00:00.000Z', used: 700 }),
    ];
    const play = first(rows, { T1: { attempts: 2, reopened: 1, claimedBy: earlier } });
    expect(edges(play.log)).toEqual(['T1 in-progress → in-progress']);
    const [publish] = play.log.filter((command) => command.kind === 'publish');
    expect(publish).toMatchObject({
      ownership: true,
      transitions: [{ op: `${run8}:T1:a3.g1:claim`, attempt: 3, cells: { notes: 'attempt 2 was interrupted' } }],
    });
    expect(publish?.transitions[0]?.cells.startedAt).toBeUndefined();
    expect(play.task('T1')).toMatchObject({
      tally: { spent: 0, attempts: 3, usedBefore: 700 },
      attempt: { number: 3, agent: 'other', fresh: true },
    });
  });

  test('a row whose work has landed already is written done at once', () => {
    const play = first([row('T1', { status: 'in-progress' })], {
      T1: { attempts: 1, reopened: 0, claimedBy: earlier, landed: sha(5) },
    });
    expect(edges(play.log)).toEqual(['T1 in-progress → done']);
    play.published();
    expect(play.phaseEnd?.kind).toBe('completed');
  });

  test('an agent that the config has lost since a claim is replaced; a wanted one is not', () => {
    const rows = [row('T1', { status: 'in-progress', agent: 'gone' })];
    const play = first(rows, { T1: { attempts: 1, reopened: 0, claimedBy: earlier } });
    expect(play.attemptOf('T1').agent).toBe('coder');
    expect(play.state.queued[0]?.cells.agent).toBe('coder');
    expect(first([row('T1', { agent: 'gone' })]).task('T1').kind).toBe('idle');
  });

  test('attempt numbers of an idle row go on where its history ended', () => {
    const play = first([row('T1')], { T1: { attempts: 4, reopened: 2 } });
    expect(play.attempt('T1')).toBe(5);
    expect(play.state.queued[0]?.op).toBe(`${run8}:T1:a5.g2:claim`);
  });

  test('started_at is written by the first claim only', () => {
    const play = first([row('T1', { startedAt: '2026-02-01T00:00:00.000Z' }), row('T2')]);
    expect(play.state.queued[0]?.cells).toEqual({ status: 'in-progress', agent: 'coder' });
  });

  test('a phase without rows is complete', () => {
    expect(first([]).phaseEnd?.kind).toBe('completed');
  });

  test('what comes before the rows is heard right after them', () => {
    const play = new Play([row('T1')]);
    play.ask({ kind: 'skip', task: taskId('T1'), by: 'ann', why: '' });
    expect(play.state.early).toHaveLength(1);
    play.seen();
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'skipped' });
  });
});

/** T1 at work with its claim on the remote, T2 behind it, T3 on its own. */
function atWork(): Play {
  const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] }), row('T3')]);
  play.published();
  play.prepared('T1');
  return play;
}
const claimed: Readonly<Record<string, RowHistory>> = { T1: { attempts: 1, reopened: 0, claimedBy: run8 } };
const inWork = row('T1', { status: 'in-progress', agent: 'coder' });

describe('rows that people change while the phase runs', () => {
  test('new rows and new dependencies of rows not started are taken up', () => {
    const play = atWork();
    play.seen(claimed, [row('T0'), inWork, row('T2'), row('T3', { needs: ['T2'] })]);
    expect(play.state.ready.map((number) => play.state.graph.tasks[number]?.id)).toEqual(['T0', 'T2']);
    expect(play.attemptOf('T1')).toMatchObject({ step: 'agent', stepIs: 'running' });
    expect(starts(play.worked('T1'))).toEqual(['T1.gates', 'T0.prepare']);
  });

  test.each(['done', 'skipped'] as const)(
    'a person’s %s on a running row ends that attempt only, and counts',
    (status) => {
      const play = atWork();
      const commands = play.seen(claimed, [row('T1', { status }), row('T2', { needs: ['T1'] }), row('T3')]);
      expect(commands).toMatchObject([{ kind: 'end-step', task: 'T1', step: 'agent' }]);
      const killed = play.end('T1', 'agent', { kind: 'killed' });
      expect(play.task('T1')).toMatchObject({ kind: 'settled', as: status });
      expect(edges(killed)).toEqual(['T2 not-started → in-progress']);
    },
  );

  test('a person’s not-started on a running row ends the attempt; the task is claimed anew', () => {
    const play = atWork();
    play.seen(claimed, [row('T1'), row('T2', { needs: ['T1'] }), row('T3')]);
    play.end('T1', 'agent', { kind: 'killed' });
    expect(play.task('T1')).toMatchObject({ kind: 'claimed', tally: { attempts: 2, reopened: 1, spent: 0 } });
  });

  test('a deleted running row ends its attempt; then it is gone', () => {
    const play = atWork();
    play.seen(claimed, [row('T2'), row('T3')]);
    expect(play.attemptOf('T1').stepIs).toBe('ending');
    play.end('T1', 'agent', { kind: 'killed' });
    play.seen({}, [row('T2'), row('T3')]);
    expect(play.state.graph.tasks.map(({ id }) => id)).toEqual(['T2', 'T3']);
  });

  test('rows in another order keep their tasks', () => {
    const play = atWork();
    play.seen(claimed, [row('T3'), row('T2', { needs: ['T1'] }), inWork]);
    expect(starts(play.worked('T1'))).toEqual(['T1.gates', 'T3.prepare']);
    expect(play.state.claimed.map((number) => play.state.graph.tasks[number]?.id)).toEqual(['T1', 'T3']);
  });

  test('new text of a running row counts from its next attempt', () => {
    const play = atWork();
    const edited = { ...inWork, description: 'new words', branch: 'elsewhere' };
    play.seen(claimed, [edited, row('T2', { needs: ['T1'] }), row('T3')]);
    expect(play.state.graph.tasks[0]).toMatchObject({ description: 'do T1', branch: 'work', status: 'in-progress' });
    play.end('T1', 'agent', { kind: 'failed', failure: { reason: 'result-missing', text: '' } });
    expect(play.state.graph.tasks[0]).toMatchObject({
      description: 'new words',
      branch: 'elsewhere',
      status: 'in-progress',
    });
  });

  test('new dependencies of a running row that are not met send its next attempt back to wait', () => {
    const play = atWork();
    play.seen(claimed, [{ ...inWork, needs: [taskId('T3')] }, row('T2'), row('T3')]);
    const commands = play.end('T1', 'agent', { kind: 'failed', failure: { reason: 'result-missing', text: '' } });
    expect(edges(commands)).toEqual(['T1 in-progress → not-started', 'T2 not-started → in-progress']);
    expect(play.task('T1')).toMatchObject({ kind: 'idle', missing: 1 });
  });

  test('our own transitions on their way are not overruled by an older file', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.seen({}, [row('T1'), row('T2')]);
    expect(play.task('T1')).toMatchObject({ kind: 'claimed', claim: 'queued' });
    play.published();
    // The file is from before the push: its history does not have the claim yet.
    play.seen({}, [row('T1'), row('T2')]);
    expect(play.attemptOf('T1').ending).toBeUndefined();
  });

  test('a person’s done on an idle row satisfies its dependents; a person’s in-progress keeps it from us', () => {
    const play = atWork();
    play.seen(claimed, [inWork, row('T2', { status: 'in-progress' }), row('T3', { status: 'done' })]);
    expect(play.task('T2').kind).toBe('theirs');
    expect(play.task('T3')).toMatchObject({ kind: 'settled', as: 'done' });
  });

  test('a person who reopens a settled row gives it a fresh allowance', () => {
    const play = Play.opened([row('T1', { status: 'failed' }), row('T2')], {
      histories: { T1: { attempts: 3, reopened: 0 } },
    });
    play.published();
    play.seen({ T1: { attempts: 3, reopened: 0 }, T2: { attempts: 1, reopened: 0, claimedBy: run8 } }, [
      row('T1'),
      row('T2', { status: 'in-progress' }),
    ]);
    expect(play.task('T1')).toMatchObject({ kind: 'idle', tally: { attempts: 3, spent: 0, reopened: 1 } });
  });
});

describe('what a push met on the remote', () => {
  test('a person’s value in the row of a claim ends that attempt only', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    const op = play.state.queued[0]?.op ?? '';
    play.hear({
      kind: 'published',
      tip: sha(9),
      written: [],
      conflicts: [{ op, task: taskId('T1'), found: 'skipped', kind: 'person-set', detail: '' }],
    });
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'skipped' });
    expect(play.task('T2').kind).toBe('claimed');
    expect(play.phaseEnd).toBeUndefined();
  });

  test('a claim whose need was undone waits again', () => {
    const play = Play.opened([row('T1')]);
    const op = play.state.queued[0]?.op ?? '';
    play.hear({
      kind: 'published',
      tip: sha(9),
      written: [],
      conflicts: [{ op, task: taskId('T1'), found: 'not-started', kind: 'needs-undone', detail: '' }],
    });
    expect(play.task('T1')).toMatchObject({ kind: 'claimed', attempt: { number: 2 }, tally: { reopened: 0 } });
  });

  test('any other change in a cell of ours ends the run with both values, agents first', () => {
    const play = Play.opened([row('T1'), row('T2')], { policy: { concurrency: 2 } });
    play.published();
    play.prepared('T2');
    play.end('T1', 'prepare', { kind: 'failed', failure: { reason: 'repo-missing', repo: 'x', looked: [] } });
    const op = play.state.queued[0]?.op ?? '';
    const detail = 'status: ours blocked, theirs failed';
    const commands = play.hear({
      kind: 'published',
      tip: sha(9),
      written: [],
      conflicts: [{ op, task: taskId('T1'), found: 'failed', kind: 'cell-changed', detail }],
    });
    expect(kinds(commands)).toEqual(['end-step']);
    play.end('T2', 'agent', { kind: 'killed' });
    expect(play.phaseEnd).toMatchObject({ kind: 'refused', why: 'conflict', detail });
  });

  test('a push that is refused ends the run, agents first', () => {
    const play = atWork();
    play.hear({ kind: 'publish-refused', why: 'foreign-run', detail: 'run ffffffff has begun' });
    expect(play.phaseEnd).toBeUndefined();
    play.end('T1', 'agent', { kind: 'worked', commit: sha(8), usage: play.state.run.spent, notes: '' });
    expect(play.phaseEnd).toMatchObject({ kind: 'refused', why: 'foreign-run' });
    expect(play.hear({ kind: 'timer', timer: 'retry-later' })).toEqual([]);
  });

  test('a landing under way when a person skips the row does not write done', () => {
    const play = atWork();
    play.worked('T1');
    play.published();
    play.gated('T1', [passed]);
    play.seen(claimed, [row('T1', { status: 'skipped' }), row('T2', { needs: ['T1'] }), row('T3')]);
    expect(play.attemptOf('T1')).toMatchObject({ step: 'land', stepIs: 'running', ending: { kind: 'yield' } });
    const commands = play.landed('T1');
    expect(edges(commands).filter((edge) => edge.startsWith('T1'))).toEqual([]);
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'skipped' });
    expect(runSteps(commands).map(({ task }) => task)).not.toContain('T1');
  });
});
