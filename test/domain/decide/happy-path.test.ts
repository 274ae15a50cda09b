// Level: unit.
import { describe, expect, test } from 'vitest';
import { edges, kinds, Play, row, starts } from '../../support/state-builder.ts';

describe('a plan in which nothing fails', () => {
  test('asks for the gates of the base before anything is claimed', () => {
    const play = new Play([row('T1')]);
    expect(play.seen()).toEqual([{ kind: 'gate-base', repo: '', turn: 1 }]);
  });

  test('claims with the ownership commit, and starts nothing before it is on the remote', () => {
    const play = new Play([row('T1')]);
    play.seen();
    const claim = play.greenBases();
    expect(kinds(claim)).toEqual(['publish', 'set-timer']);
    expect(claim[0]).toMatchObject({ kind: 'publish', ownership: true });
    expect(edges(claim)).toEqual(['T1 not-started → in-progress']);
    expect(starts(play.published())).toEqual(['T1.prepare']);
  });

  test('goes through the four steps to done, then completes', () => {
    const play = Play.opened([row('T1'), row('T2', { needs: ['T1'] })]);
    play.published();
    expect(starts(play.prepared('T1'))).toEqual(['T1.agent']);
    expect(starts(play.worked('T1'))).toEqual(['T1.gates']);
    expect(starts(play.gated('T1'))).toEqual(['T1.land']);
    const done = play.landed('T1');
    expect(edges(done)).toEqual(['T1 in-progress → done', 'T2 not-started → in-progress']);
    expect(starts(done)).toEqual(['T2.prepare']);
    play.published();
    play.finish('T2');
    expect(play.phaseEnd?.kind).toBe('completed');
  });
});
