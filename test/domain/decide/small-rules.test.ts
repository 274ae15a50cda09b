// Level: unit.
import { describe, expect, test } from 'vitest';
import { compactionDue, usage as share } from '../../../src/domain/decide/compaction.ts';
import { currentRules, refuseRules } from '../../../src/domain/decide/rules.ts';
import { fromSnapshot, toSnapshot } from '../../../src/domain/decide/snapshot.ts';
import { phaseId, taskId } from '../../../src/domain/ids.ts';
import { Play, policy, row, sha, starts } from '../../support/state-builder.ts';

describe('compaction', () => {
  const history = { events: 0, bytes: 0, suggested: false };
  test.each([
    ['below 60 % of both', { events: 2399, bytes: 2_399_999 }, false],
    ['at 60 % of the events', { events: 2400 }, true],
    ['at 60 % of the bytes', { bytes: 2_400_000 }, true],
    ['when the server suggests it', { suggested: true }, true],
  ])('%s', (_name, change, due) => {
    expect(compactionDue(policy, { ...history, ...change })).toBe(due);
  });

  test('usage is the larger share', () => {
    expect(share(policy, { events: 1000, bytes: 3_000_000 })).toBe(0.75);
  });
});

test('the current rules are followed, others are refused with a way out', () => {
  expect(refuseRules(currentRules)).toBeUndefined();
  expect(refuseRules(currentRules + 1)).toMatch(/follows rules 2.*knows rules 1.*version that began the run/);
});

describe('a snapshot', () => {
  test('carries running attempts and exceptions, not settled rows or untouched ones', () => {
    const play = Play.opened([row('T1'), row('T2'), row('T3', { status: 'done' }), row('T4', { needs: ['T2'] })]);
    play.published();
    play.prepared('T1');
    const snapshot = toSnapshot(play.state);
    expect(Object.keys(snapshot.tasks)).toEqual(['T1']);
    expect(snapshot.claimed).toEqual(['T1']);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  test('carries a settled task whose attempt number only this phase knows', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    const op = play.state.queued[0]?.op ?? '';
    const conflict = { op, task: taskId('T1'), found: 'done', kind: 'person-set', detail: '' } as const;
    play.hear({ kind: 'published', tip: sha(9), written: [], conflicts: [conflict] });
    expect(toSnapshot(play.state).tasks['T1']).toMatchObject({ kind: 'settled', tally: { attempts: 1 } });
  });

  test('a running step stays running and is not started again; its end is heard even before the rows', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.published();
    play.prepared('T1');
    play.hear({ kind: 'compaction-due' });
    const next = new Play(play.rows);
    next.ms = play.ms;
    next.state = fromSnapshot(toSnapshot(play.state), { phase: phaseId(1), title: 'Phase 1' });
    const end = { kind: 'worked', commit: sha(9), usage: play.state.run.spent, notes: '' } as const;
    next.end('T1', 'agent', end, 1);
    const claimed = { T1: { attempts: 1, reopened: 0, claimedBy: play.state.run.run } };
    const commands = next.seen(claimed, [row('T1', { status: 'in-progress', agent: 'coder' }), row('T2')]);
    expect(starts(commands)).toEqual(['T1.gates', 'T2.prepare']);
  });

  test('of a phase that has not read its rows again is the one before', () => {
    const play = Play.opened([row('T1')]);
    play.published();
    const snapshot = toSnapshot(play.state);
    expect(toSnapshot(fromSnapshot(snapshot, { phase: phaseId(1), title: '' }))).toEqual(snapshot);
  });
});
