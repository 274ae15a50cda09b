// Level: unit.
import { describe, expect, test } from 'vitest';
import { tokens, minute, duration } from '../../src/views/amounts.ts';
import { progressOf } from '../../src/views/progress.ts';
import { progressLines } from '../../src/views/progress-lines.ts';
import { progressMarkdown } from '../../src/views/progress-markdown.ts';
import { sessionSummary } from '../../src/views/session-summary.ts';
import { instant, Play, red, row, usage } from '../support/state-builder.ts';

function inTheMiddle(): Play {
  const play = Play.opened([
    row('T1', { estimate: 5000, used: 4000, status: 'done' }),
    row('T2', { estimate: 10_000 }),
    row('T3', { needs: ['T2'], estimate: 1000 }),
    row('T4'),
    row('T5', { status: 'blocked', notes: 'needs <b>a key</b> | now' }),
    row('T6', { status: 'in-progress' }),
  ]);
  play.published();
  play.prepared('T2');
  play.worked('T2');
  return play;
}

describe('progress', () => {
  test('counts every task once, and knows ready from waiting', () => {
    const { counts } = progressOf(inTheMiddle().state, instant(10));
    expect(counts).toEqual({
      'not-started': 1,
      'in-progress': 3,
      done: 1,
      failed: 0,
      blocked: 1,
      skipped: 0,
      ready: 0,
      waiting: 1,
    });
  });

  test('shows running tasks with their step, tokens of before and now, and what waits for a person', () => {
    const progress = progressOf(inTheMiddle().state, instant(10));
    expect(progress.running).toMatchObject([
      { task: 'T2', attempt: 1, step: 'gates', agent: 'coder' },
      { task: 'T4', attempt: 1, step: 'prepare' },
    ]);
    expect(progress.tokens).toEqual({ estimated: 16_000, used: 5000 });
    expect(progress.stuck.map(({ task }) => task)).toEqual(['T5', 'T6']);
    expect(progress.stuck[0]?.why).toBe('is blocked: needs <b>a key</b> | now');
    expect(progress.unpublished).toBe(1);
  });

  test('a held step says why in its line, and holds are named with their end', () => {
    const play = Play.opened([row('T1')]);
    play.published();
    play.prepared('T1');
    play.end('T1', 'agent', { kind: 'limited', agent: 'coder', until: instant(3_600_000), usage: usage(0) });
    const progress = progressOf(play.state, instant(play.ms));
    expect(progress.running[0]?.line).toBe('waits for agent coder: usage limit until 2026-02-05 09:00 UTC');
    expect(progress.holds).toEqual([{ what: 'agent coder', why: 'usage limit', until: instant(3_600_000) }]);
    expect(progressOf(play.state, instant(3_600_001)).holds).toEqual([]);
  });

  test('names pause, breaker, unreadable plan, silent remote and red base as holds', () => {
    const play = Play.opened([row('T1')], { base: 'asked' });
    play.hear({ kind: 'base-gated', repo: '', verdicts: [red()] });
    const state = {
      ...play.state,
      queued: [],
      planProblem: { tip: play.state.run.tip, count: 1, first: 'line 3' },
      run: {
        ...play.state.run,
        control: { kind: 'paused', interrupt: false, by: 'ann', why: '' } as const,
        breaker: 'gate lint',
      },
    };
    expect(progressOf(state, instant(1)).holds.map(({ what }) => what)).toEqual(['run', 'run', 'plan', 'base']);
  });
});

describe('progress as text', () => {
  test('lines are plain, in order of interest', () => {
    const lines = progressLines(progressOf(inTheMiddle().state, instant(10)));
    expect(lines).toEqual([
      'Phase 1 Phase 1: 1 done, 3 in progress, 1 waiting, 1 blocked',
      'Tokens: 5K used, 16K estimated',
      'Running: T2 gates, attempt 1, coder, since 2026-02-05 08:00 UTC',
      'Running: T4 prepare, attempt 1, coder, since 2026-02-05 08:00 UTC',
      'Stuck: T5 is blocked: needs <b>a key</b> | now',
      "Stuck: T6 is in progress by a person's hand, not by Tallyman; `tallyman retry T6` takes it over",
      'Unpublished: 1',
    ]);
  });

  test('Markdown escapes what people and agents wrote, and pads cells with no-break spaces', () => {
    const text = progressMarkdown(progressOf(inTheMiddle().state, instant(10)));
    expect(text).not.toMatch(/<b>/);
    expect(text).toContain('needs &lt;b\\>a key&lt;/b\\> \\| now');
    expect(text).toContain('|\u00a0T2\u00a0|\u00a01\u00a0|\u00a0gates\u00a0|');
  });
});

describe('the session summary', () => {
  test("has the guide's lines", () => {
    const lines = sessionSummary({ state: inTheMiddle().state, used: 0.61, laterPhases: ['2', '3'] }).split('\n');
    expect(lines).toEqual([
      'Session Summary (Compacting at 61%):',
      'Completed: T1 (4K)',
      'Quality: every landed commit passed its gates; not done: T5',
      'Remaining: T2, T3, T4, T6; phases 2, 3',
      'Next: T2',
      'Expected: History drops from 61% to what 2 running tasks need.',
    ]);
  });
});

describe('amounts', () => {
  test.each([
    [0, '0'],
    [950, '950'],
    [4200, '4.2K'],
    [5000, '5K'],
    [38_499, '38.5K'],
    [999_949, '999.9K'],
    [999_950, '1M'],
    [1_200_000, '1.2M'],
  ])('%d tokens read %s', (count, text) => {
    expect(tokens(count)).toBe(text);
  });

  test('instants and durations', () => {
    expect(minute('2026-02-05T08:00:10.000Z')).toBe('2026-02-05 08:00 UTC');
    expect(minute('soon')).toBe('soon');
    expect(duration(instant(0), instant(45_000))).toBe('45 s');
    expect(duration(instant(0), instant(720_000))).toBe('12 min');
    expect(duration(instant(0), instant(11_100_000))).toBe('3 h 05 min');
    expect(duration(undefined, instant(0))).toBe('');
    expect(duration('x', instant(0))).toBe('');
  });
});
