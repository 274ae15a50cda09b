// Level: unit.
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/domain/policy.ts';
import type { Task } from '../../../src/domain/plan.ts';
import { edges, instant, kinds, passed, Play, red, row, sha, starts, usage } from '../../support/state-builder.ts';

function claimedOrder(rows: readonly Task[], policy: Partial<Policy>): readonly string[] {
  const play = Play.opened(rows, { policy });
  return play.log.flatMap((command) => (command.kind === 'publish' ? command.transitions.map(({ task }) => task) : []));
}

describe('the order of claims', () => {
  const uneven = [
    row('A', { estimate: 1000 }),
    row('B', { estimate: 5000 }),
    row('C', { estimate: 2000 }),
    row('D', { estimate: 9000, needs: ['C'] }),
  ];
  test.each([
    ['table order when one agent runs at a time', { concurrency: 1 }, ['A']],
    ['the longest remaining path otherwise', { concurrency: 2 }, ['C', 'B']],
    ['table order when the config wants it', { concurrency: 2, order: 'table' as const }, ['A', 'B']],
    [
      'the longest path with one agent when the config wants it',
      { concurrency: 1, order: 'critical-path' as const },
      ['C'],
    ],
  ])('is %s', (_name, policy, expected) => {
    expect(claimedOrder(uneven, policy)).toEqual(expected);
  });

  test('is priority first, smallest number first', () => {
    const rows = [row('A', { estimate: 9000 }), row('B', { priority: 2 }), row('C', { priority: 1 })];
    expect(claimedOrder(rows, { concurrency: 2 })).toEqual(['C', 'B']);
  });

  test('takes a task without an estimate as an average one', () => {
    const rows = [row('A', { estimate: 1000 }), row('B'), row('C', { estimate: 9000 })];
    expect(claimedOrder(rows, { concurrency: 3 })).toEqual(['C', 'B', 'A']);
  });
});

describe('slots', () => {
  test('D11: gates and landings hold no slot, so the next agent starts while they run', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.published();
    play.prepared('T1');
    expect(play.task('T2').kind).toBe('idle');
    const commands = play.worked('T1');
    expect(starts(commands)).toEqual(['T1.gates', 'T2.prepare']);
  });

  test('an attempt that is tried again comes before new claims', () => {
    const play = Play.opened([row('T1'), row('T2'), row('T3')]);
    play.published();
    play.prepared('T1');
    play.worked('T1');
    play.published();
    play.gated('T1', [red()]);
    expect(play.attemptOf('T1').stepIs).toBe('due');
    play.prepared('T2');
    const commands = play.worked('T2');
    expect(starts(commands)).toEqual(['T1.prepare', 'T2.gates']);
    expect(play.task('T3').kind).toBe('idle');
  });

  test('set concurrency takes effect at once', () => {
    const play = Play.opened([row('T1'), row('T2'), row('T3')]);
    play.published();
    const commands = play.ask({ kind: 'set-concurrency', concurrency: 3, by: 'ann', why: '' });
    expect(starts(commands)).toEqual(['T2.prepare', 'T3.prepare']);
  });
});

describe('the gates of the base', () => {
  test('run once per repo with a row that is not settled, those that could start first', () => {
    const play = new Play([
      row('T1', { repo: 'api' }),
      row('T2', { repo: 'api' }),
      row('T3', { repo: 'web', needs: ['T1'] }),
    ]);
    expect(play.seen()).toEqual([
      { kind: 'gate-base', repo: 'api', turn: 1 },
      { kind: 'gate-base', repo: 'web', turn: 1 },
    ]);
  });

  test('red: nothing is claimed, and the phase is refused with the output', () => {
    const play = new Play([row('T1')]);
    play.seen();
    const commands = play.hear({ kind: 'base-gated', repo: '', verdicts: [passed, red('lint')] });
    expect(edges(commands)).toEqual([]);
    expect(play.phaseEnd).toMatchObject({ kind: 'refused', why: 'base-red' });
    expect(play.phaseEnd?.kind === 'refused' && play.phaseEnd.detail).toMatch(
      /gate lint failed with exit code 1\n\s+1 failing/,
    );
  });

  test('red in one repo: the others go on, resume asks once more, then the phase is refused', () => {
    const play = new Play([row('T1', { repo: 'api' }), row('T2')], { policy: { concurrency: 2 } });
    play.seen();
    play.hear({ kind: 'base-gated', repo: 'api', verdicts: [red()] });
    play.hear({ kind: 'base-gated', repo: '', verdicts: [] });
    play.published();
    expect(play.phaseEnd).toBeUndefined();
    expect(play.ask({ kind: 'control', control: { kind: 'running' } })).toEqual([
      { kind: 'gate-base', repo: 'api', turn: 2 },
    ]);
    play.hear({ kind: 'base-gated', repo: 'api', verdicts: [red()] });
    play.finish('T2');
    expect(play.phaseEnd).toMatchObject({ kind: 'refused', why: 'base-red' });
    expect(play.task('T1').kind).toBe('idle');
  });

  test('red goes on where the run allows it', () => {
    const play = new Play([row('T1')], { policy: { allowRed: true } });
    play.seen();
    expect(edges(play.hear({ kind: 'base-gated', repo: '', verdicts: [red()] }))).toEqual([
      'T1 not-started → in-progress',
    ]);
  });
});

describe('publishing', () => {
  test('D6: one push is in flight; what comes meanwhile goes with the next', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.published();
    play.prepared('T1');
    expect(kinds(play.worked('T1'))).toContain('publish');
    const second = play.gated('T1');
    expect(kinds(second)).not.toContain('publish');
    expect(kinds(play.landed('T1'))).not.toContain('publish');
    expect(edges(play.published())).toEqual(['T1 in-progress → done']);
  });

  test('pushes keep the least time between them', () => {
    const play = Play.opened([row('T1'), row('T2')], { policy: { publishMinIntervalMs: 5000 } });
    play.published();
    play.prepared('T1');
    const worked = play.worked('T1');
    expect(kinds(worked)).not.toContain('publish');
    expect(worked).toContainEqual(expect.objectContaining({ kind: 'set-timer', timer: 'publish-again' }));
    expect(kinds(play.hear({ kind: 'timer', timer: 'publish-again' }, 5000))).toContain('publish');
  });

  test('D9: once the oldest transition has waited 30 s nothing new starts, and goes on when it is published', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.published();
    play.prepared('T1');
    play.worked('T1');
    expect(play.attemptOf('T2').step).toBe('prepare');
    play.hear({ kind: 'timer', timer: 'remote-silent' }, 30_000);
    expect(starts(play.prepared('T2'))).toEqual([]);
    expect(starts(play.published())).toEqual(['T2.agent']);
  });

  test('an agent may start while its claim is on its way, but nothing lands', () => {
    const play = Play.opened([row('T1'), row('T2')]);
    play.published();
    play.prepared('T1');
    play.worked('T1');
    play.prepared('T2');
    play.worked('T2');
    expect(starts(play.gated('T2'))).toEqual([]);
    expect(play.attemptOf('T2')).toMatchObject({ step: 'land', stepIs: 'due' });
    expect(starts(play.published())).toEqual(['T2.land']);
  });
});

describe('one landing per branch', () => {
  const both = () => {
    const play = Play.opened([row('T1'), row('T2')], { policy: { concurrency: 2 } });
    play.published();
    for (const id of ['T1', 'T2']) {
      play.prepared(id);
      play.worked(id);
    }
    play.gated('T1');
    return play;
  };

  test('D5: the second waits from the first rebase through the gates to the push', () => {
    const play = both();
    expect(starts(play.gated('T2'))).toEqual([]);
    play.end('T1', 'land', { kind: 'moved', tip: sha(20), combined: sha(21), byOthers: false });
    expect(play.attemptOf('T2').stepIs).toBe('due');
    play.gated('T1');
    expect(starts(play.landed('T1'))).toEqual(['T2.land']);
  });

  test('a failed landing lets the next one go', () => {
    const play = both();
    play.gated('T2');
    const failure = { reason: 'landing-conflict', paths: ['a'], branch: 'work' } as const;
    expect(starts(play.end('T1', 'land', { kind: 'failed', failure }))).toContain('T2.land');
  });
});

describe('holds of a whole run', () => {
  const atWork = () => {
    const play = Play.opened([row('T1'), row('T2')], { policy: { concurrency: 2 } });
    play.published();
    play.prepared('T1');
    return play;
  };
  const pause = (interrupt: boolean) =>
    ({ kind: 'control', control: { kind: 'paused', interrupt, by: 'ann', why: 'lunch' } }) as const;

  test('paused: no prepared agent starts, but what runs is gated and landed', () => {
    const play = atWork();
    expect(play.ask(pause(false))).toEqual([]);
    expect(starts(play.prepared('T2'))).toEqual([]);
    expect(starts(play.worked('T1'))).toEqual(['T1.gates']);
    expect(starts(play.gated('T1'))).toEqual(['T1.land']);
    play.landed('T1');
    play.published();
    expect(play.phaseEnd).toBeUndefined();
    expect(starts(play.ask({ kind: 'control', control: { kind: 'running' } }))).toEqual(['T2.agent']);
  });

  test('pause now: agents are interrupted and resume in the same attempt and session', () => {
    const play = atWork();
    expect(play.ask(pause(true))).toMatchObject([{ kind: 'end-step', task: 'T1', step: 'agent' }]);
    const session = { id: 's', agent: 'coder', usedBefore: usage(0) };
    play.end('T1', 'agent', { kind: 'killed', session });
    expect(play.attemptOf('T1')).toMatchObject({ number: 1, stepIs: 'due', turn: 2, session });
    expect(starts(play.ask({ kind: 'control', control: { kind: 'running' } }))).toEqual(['T1.agent']);
  });

  test('an agent that ended before the interruption reached it has worked', () => {
    const play = atWork();
    play.ask(pause(true));
    expect(starts(play.worked('T1'))).toEqual(['T1.gates']);
  });

  test('an unreadable plan: nothing new starts, gates go on, nothing is landed or pushed until it is mended', () => {
    const play = atWork();
    const diagnostic = {
      file: 'docs/tasks.md',
      line: 3,
      column: 1,
      length: 1,
      severity: 'error',
      code: 'x',
      message: 'Unexpected',
      advice: '',
    } as const;
    play.hear({ kind: 'plan-invalid', tip: sha(30), diagnostics: [diagnostic] });
    expect(starts(play.prepared('T2'))).toEqual([]);
    expect(starts(play.worked('T1'))).toEqual(['T1.gates']);
    expect(starts(play.gated('T1'))).toEqual([]);
    expect(play.phaseEnd).toBeUndefined();
    expect(starts(play.seen())).toEqual(expect.arrayContaining(['T1.land', 'T2.agent']));
  });

  test('a push put off by an unreadable plan leaves its ownership commit due', () => {
    const play = Play.opened([row('T1')]);
    play.hear({ kind: 'published', tip: sha(30), written: [], conflicts: [] });
    expect(play.state.run.ownership).toBe('due');
    play.hear({ kind: 'plan-invalid', tip: sha(30), diagnostics: [] });
    expect(starts(play.log)).toEqual([]);
  });

  test('frozen: no step of any kind, no claim, no base gate; ends are heard', () => {
    const play = atWork();
    play.hear({ kind: 'compaction-due' });
    expect(starts(play.prepared('T2'))).toEqual([]);
    expect(starts(play.worked('T1'))).toEqual([]);
    expect(play.attemptOf('T1')).toMatchObject({ step: 'gates', stepIs: 'due' });
  });

  test('timers: one per name, none twice', () => {
    const play = atWork();
    play.end('T1', 'agent', { kind: 'limited', agent: 'coder', until: instant(900_000), usage: usage(0) });
    const again = play.end('T2', 'prepare', { kind: 'prepared', host: 'h1', base: sha(7) });
    expect(again.filter(({ kind }) => kind === 'set-timer')).toEqual([]);
  });
});
