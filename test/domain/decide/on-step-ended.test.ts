// Level: unit.
import { describe, expect, test } from 'vitest';
import { failurePolicy } from '../../../src/domain/failure.ts';
import { taskId } from '../../../src/domain/ids.ts';
import {
  agentFailure,
  edges,
  gateFailure,
  instant,
  passed,
  Play,
  red,
  row,
  runSteps,
  sha,
  starts,
  usage,
} from '../../support/state-builder.ts';

/** T1 claimed, its claim published, its agent at work. */
function atWork(options: Parameters<typeof Play.opened>[1] = {}, others: readonly string[] = []): Play {
  const play = Play.opened([row('T1'), ...others.map((id) => row(id, { branch: 'other' }))], options);
  play.published();
  play.prepared('T1');
  return play;
}

describe('what follows the end of a step', () => {
  test('a red gate makes the next attempt, in the same workspace and session, with the failure to tell', () => {
    const play = atWork();
    const session = { id: 's1', agent: 'coder', usedBefore: usage(0) };
    play.end('T1', 'agent', { kind: 'worked', commit: sha(9), usage: usage(1000), notes: '', session });
    const commands = play.gated('T1', [passed, red('lint')]);
    expect(edges(commands)).toEqual(['T1 in-progress → in-progress']);
    expect(runSteps(commands)).toMatchObject([
      { step: 'prepare', attempt: 2, turn: 1, host: 'h1', fresh: false, session, lastFailure: gateFailure('lint') },
    ]);
    expect(play.task('T1')).toMatchObject({ tally: { attempts: 2, spent: 1 }, claim: 'queued' });
    expect(commands[0]).toMatchObject({
      transitions: [{ cells: { notes: 'attempt 1: gate lint failed with exit code 1' } }],
    });
  });

  test('D7: the last attempt of the allowance settles the task as failed, with all tokens, and the run moves on', () => {
    const play = atWork({ policy: { attempts: 2 } }, ['T2']);
    play.end('T1', 'agent', { kind: 'failed', failure: agentFailure(), usage: usage(500) });
    play.prepared('T1');
    const commands = play.end('T1', 'agent', { kind: 'failed', failure: agentFailure(), usage: usage(700) });
    play.published();
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'failed' });
    expect(play.task('T2').kind).toBe('claimed');
    expect(commands).toContainEqual(expect.objectContaining({ kind: 'notify' }));
    expect(play.state.graph.tasks[0]).toMatchObject({
      status: 'failed',
      used: 1200,
      completedAt: instant(play.ms - 1),
      notes: 'the agent ended with exit code 2',
    });
  });

  test('an agent that changed nothing is asked once more in the same attempt and session', () => {
    const play = atWork();
    const session = { id: 's1', agent: 'coder', usedBefore: usage(0) };
    const again = play.end('T1', 'agent', { kind: 'no-change', notes: 'fine already', usage: usage(10), session });
    expect(runSteps(again)).toMatchObject([
      { step: 'agent', attempt: 1, turn: 2, session, lastFailure: { reason: 'no-commit' } },
    ]);
    expect(edges(again)).toEqual([]);
  });

  test('a repeated "no change" with green gates is done without a landing', () => {
    const play = atWork();
    play.end('T1', 'agent', { kind: 'no-change', notes: '', usage: usage(10) });
    const gates = play.end('T1', 'agent', { kind: 'no-change', notes: '', usage: usage(10) });
    expect(runSteps(gates)).toMatchObject([{ step: 'gates', commit: sha(7), base: sha(7) }]);
    const done = play.gated('T1');
    expect(starts(done)).not.toContain('T1.land');
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'done', notes: 'no change', used: 20 });
  });

  test('a repeated "no change" is a failure where the plan wants a commit', () => {
    const play = atWork({ policy: { noCommit: 'fail' } });
    play.end('T1', 'agent', { kind: 'no-change', notes: '', usage: usage(10) });
    play.end('T1', 'agent', { kind: 'no-change', notes: '', usage: usage(10) });
    expect(play.task('T1')).toMatchObject({ tally: { spent: 1 }, attempt: { number: 2 } });
  });

  test('a blocker settles the row at once', () => {
    const play = atWork();
    play.end('T1', 'agent', { kind: 'blocked', notes: 'needs an\u202E API\nkey', usage: usage(10) });
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'blocked' });
    expect(play.state.graph.tasks[0]?.notes).toMatch(/^needs an/);
    expect(play.state.graph.tasks[0]?.notes).not.toMatch(/[\n\u202E]/);
  });

  test('a usage limit spends nothing, holds that agent until its reset, and the same session goes on', () => {
    const play = atWork({}, ['T2']);
    const session = { id: 's1', agent: 'coder', usedBefore: usage(0) };
    const until = instant(600_000);
    const commands = play.end('T1', 'agent', { kind: 'limited', agent: 'coder', until, usage: usage(5), session });
    expect(starts(commands)).toEqual([]);
    expect(commands).toContainEqual(expect.objectContaining({ kind: 'set-timer', timer: 'limit-over', at: until }));
    expect(play.task('T2').kind).toBe('idle');
    const resumed = play.hear({ kind: 'timer', timer: 'limit-over' }, 600_000);
    expect(runSteps(resumed)).toMatchObject([{ task: 'T1', step: 'agent', attempt: 1, turn: 2, session }]);
    expect(play.task('T1')).toMatchObject({ tally: { spent: 0 } });
  });

  test('a limited agent holds no slot: a task of another agent goes on', () => {
    const play = Play.opened([row('T1'), row('T2', { agent: 'other' })]);
    play.published();
    play.prepared('T1');
    play.end('T1', 'agent', { kind: 'limited', agent: 'coder', until: instant(600_000), usage: usage(5) });
    expect(play.task('T2').kind).toBe('claimed');
  });

  test.each([
    ['no reset', undefined],
    ['a reset in the past', instant(-1000)],
    ['nonsense', 'tomorrow'],
  ])('limits with %s wait longer each time, up to the longest', (_name, until) => {
    const play = atWork({ policy: { limitWaitMs: { first: 1000, max: 3000 } } });
    const waits: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      play.end('T1', 'agent', {
        kind: 'limited',
        agent: 'coder',
        usage: usage(0),
        ...(until === undefined ? {} : { until }),
      });
      const hold = play.state.run.agentHolds['coder'];
      waits.push(Date.parse(hold?.until ?? '') - Date.parse(instant(play.ms)));
      play.hear({ kind: 'timer', timer: 'limit-over' }, 4000);
    }
    expect(waits).toEqual([1000, 2000, 3000, 3000]);
  });

  test('an interrupted step is started again, spends nothing, and waits longer each time in a row', () => {
    const play = atWork();
    const session = { id: 's1', agent: 'coder', usedBefore: usage(0) };
    play.end('T1', 'agent', { kind: 'interrupted', usage: usage(3), session });
    expect(play.attemptOf('T1')).toMatchObject({ stepIs: 'due', turn: 2, notBefore: instant(play.ms + 1000) });
    expect(runSteps(play.hear({ kind: 'timer', timer: 'retry-later' }, 1000))).toMatchObject([{ turn: 2, session }]);
    play.end('T1', 'agent', { kind: 'interrupted', usage: usage(3) });
    expect(play.attemptOf('T1')).toMatchObject({ turn: 3, notBefore: instant(play.ms + 2000) });
    expect(play.task('T1')).toMatchObject({ tally: { spent: 0 } });
  });

  test('a lost answer is asked after, and nothing of the task starts before the step is proven ended', () => {
    const play = atWork();
    const asked = play.hear({ kind: 'step-lost', task: taskId('T1'), attempt: 1, step: 'agent' });
    expect(asked).toMatchObject([{ kind: 'end-step', task: 'T1', attempt: 1, step: 'agent', host: 'h1' }]);
    expect(play.attemptOf('T1').stepIs).toBe('ending');
    play.end('T1', 'agent', { kind: 'killed' });
    expect(play.attemptOf('T1')).toMatchObject({ stepIs: 'due', turn: 2, number: 1 });
  });

  test('a host that is gone costs no attempt: a fresh workspace on any host', () => {
    const play = atWork();
    const commands = play.hear({ kind: 'step-unclaimed', task: taskId('T1'), attempt: 1, step: 'agent', host: 'h1' });
    const [step] = runSteps(commands);
    expect(step).toMatchObject({ step: 'prepare', attempt: 2, fresh: true });
    expect(step?.host).toBeUndefined();
    expect(play.task('T1')).toMatchObject({ tally: { spent: 0 } });
  });

  test('a branch that moved is gated again on the combined commit, and stays held by this attempt', () => {
    const play = atWork({ policy: { concurrency: 2 } });
    play.worked('T1');
    play.gated('T1');
    const moved = play.end('T1', 'land', { kind: 'moved', tip: sha(50), combined: sha(51), byOthers: false });
    expect(runSteps(moved)).toMatchObject([{ step: 'gates', turn: 2, commit: sha(51), base: sha(50) }]);
    expect(play.attemptOf('T1')).toMatchObject({ holdsBranch: true, moves: 0, verdicts: [] });
    expect(runSteps(play.gated('T1'))).toMatchObject([{ step: 'land', turn: 2, commit: sha(51), verdicts: [passed] }]);
  });

  test('red gates on a combined commit give a fresh clone at the tip, and the branch is free again', () => {
    const play = atWork({ policy: { concurrency: 2 } });
    play.worked('T1');
    play.gated('T1');
    play.end('T1', 'land', { kind: 'moved', tip: sha(50), combined: sha(51), byOthers: false });
    const [step] = runSteps(play.gated('T1', [red('test')]));
    expect(step).toMatchObject({ step: 'prepare', attempt: 2, fresh: true, lastFailure: { reason: 'gate-failed' } });
    expect(play.task('T1')).toMatchObject({ tally: { spent: 1 } });
    expect(play.attemptOf('T1').holdsBranch).toBeUndefined();
  });

  test('after more than three moves by others the gates wait', () => {
    const play = atWork();
    play.worked('T1');
    for (let move = 0; move < 4; move += 1) {
      play.gated('T1');
      play.end('T1', 'land', { kind: 'moved', tip: sha(60 + move), combined: sha(70 + move), byOthers: true });
    }
    expect(play.attemptOf('T1')).toMatchObject({
      step: 'gates',
      stepIs: 'due',
      moves: 4,
      notBefore: instant(play.ms + 30_000),
    });
    expect(starts(play.hear({ kind: 'timer', timer: 'retry-later' }, 30_000))).toEqual(['T1.gates']);
  });

  test('a combined commit that equals the tip has landed nothing: done as "no change"', () => {
    const play = atWork();
    play.worked('T1');
    play.gated('T1');
    play.end('T1', 'land', { kind: 'moved', tip: sha(50), combined: sha(50), byOthers: true });
    play.gated('T1');
    expect(play.state.graph.tasks[0]).toMatchObject({ status: 'done', notes: 'no change' });
  });

  test('a landing conflict is a new attempt in a fresh clone; the fourth settles the task', () => {
    const play = atWork();
    const conflict = {
      kind: 'failed',
      failure: { reason: 'landing-conflict', paths: ['a.ts'], branch: 'work' },
    } as const;
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(play.attempt('T1')).toBe(attempt);
      if (attempt > 1) {
        expect(play.attemptOf('T1').fresh).toBe(true);
        play.prepared('T1');
      }
      play.worked('T1');
      play.published();
      play.gated('T1');
      play.end('T1', 'land', conflict);
    }
    expect(play.task('T1')).toMatchObject({ kind: 'settled', as: 'failed', tally: { spent: 0, conflicts: 4 } });
  });

  test('an agent that is not logged in is stopped until a person resumes; the attempt waits unspent', () => {
    const play = atWork();
    const failure = { reason: 'agent-not-authorised', agent: 'coder', text: 'run login' } as const;
    const commands = play.end('T1', 'agent', { kind: 'failed', failure });
    expect(commands).toContainEqual(expect.objectContaining({ kind: 'notify' }));
    expect(play.state.run.agentHolds['coder']?.until).toBeUndefined();
    expect(play.phaseEnd).toBeUndefined();
    const resumed = play.ask({ kind: 'control', control: { kind: 'running' } });
    expect(runSteps(resumed)).toMatchObject([{ task: 'T1', step: 'agent', attempt: 1, turn: 2 }]);
  });

  test('an end of an attempt that counts no more changes nothing', () => {
    const play = atWork();
    const before = play.state;
    play.end('T1', 'agent', { kind: 'landed', commit: sha(1) }, 7);
    play.end('T1', 'gates', { kind: 'gated', commit: sha(1), verdicts: [] });
    expect(play.state.tasks).toBe(before.tasks);
  });

  test('verdicts on another commit do not count', () => {
    const play = atWork();
    play.worked('T1');
    play.end('T1', 'gates', { kind: 'gated', commit: sha(99), verdicts: [passed] });
    expect(play.attemptOf('T1')).toMatchObject({ step: 'gates', stepIs: 'due', turn: 2 });
  });
});

describe('every reason to fail has its consequence', () => {
  const samples = [
    agentFailure(),
    gateFailure(),
    { reason: 'agent-stalled', silentMs: 1, durationMs: 1, lastLines: [], log: '' },
    { reason: 'plan-file-touched', paths: ['docs/tasks.md'] },
    { reason: 'protected-files-touched', paths: ['package.json'] },
    { reason: 'base-conflict', paths: ['a'], branch: 'b' },
    { reason: 'branch-rewritten', branch: 'b', was: sha(1) },
    { reason: 'push-refused', branch: 'b', text: 'no' },
    { reason: 'session-lost', agent: 'coder' },
    { reason: 'repo-missing', repo: 'x', looked: ['apps/x'] },
    { reason: 'commit-not-on-base', base: sha(1) },
    { reason: 'result-missing', text: '' },
  ] as const;
  test.each(samples.map((failure) => [failure.reason, failure] as const))('%s', (reason, failure) => {
    const play = atWork();
    play.end('T1', 'agent', { kind: 'failed', failure });
    const { next, spendsAttempt } = failurePolicy[reason];
    const task = play.task('T1');
    expect(task.tally.spent).toBe(spendsAttempt ? 1 : 0);
    if (next === 'settle-blocked') expect(task).toMatchObject({ kind: 'settled', as: 'blocked' });
    else expect(task).toMatchObject({ attempt: { number: 2, fresh: next === 'retry-fresh', lastFailure: failure } });
  });
});

describe('the breaker', () => {
  const failing = (play: Play, id: string, gate: string) => {
    play.prepared(id);
    play.worked(id);
    play.gated(id, [red(gate)]);
    play.published();
  };

  test('opens when three tasks in a row end on the same gate, and resume closes it', () => {
    const play = Play.opened(
      ['T1', 'T2', 'T3', 'T4', 'T5'].map((id) => row(id)),
      { policy: { attempts: 1 } },
    );
    play.published();
    for (const id of ['T1', 'T2', 'T3']) failing(play, id, 'lint');
    expect(play.state.run.breaker).toBe('gate lint');
    expect(play.log.some((command) => command.kind === 'notify' && command.notice.about === 'breaker')).toBe(true);
    play.prepared('T4');
    expect(play.attemptOf('T4')).toMatchObject({ step: 'agent', stepIs: 'due' });
    expect(play.task('T5').kind).toBe('idle');
    expect(play.phaseEnd).toBeUndefined();
    play.ask({ kind: 'control', control: { kind: 'running' } });
    expect(play.state.run.breaker).toBeUndefined();
    expect(play.attemptOf('T4')).toMatchObject({ step: 'agent', stepIs: 'running' });
  });

  test.each([
    ['different gates', ['lint', 'test', 'lint']],
    ['only two tasks', ['lint', 'lint']],
  ])('stays closed for %s', (_name, gates) => {
    const play = Play.opened(
      ['T1', 'T2', 'T3', 'T4'].map((id) => row(id)),
      { policy: { attempts: 1 } },
    );
    play.published();
    for (const [at, gate] of gates.entries()) failing(play, `T${at + 1}`, gate);
    expect(play.state.run.breaker).toBeUndefined();
  });

  test('a task that is done in between starts the count anew', () => {
    const play = Play.opened(
      ['T1', 'T2', 'T3', 'T4', 'T5'].map((id) => row(id)),
      { policy: { attempts: 1 } },
    );
    play.published();
    failing(play, 'T1', 'lint');
    failing(play, 'T2', 'lint');
    play.finish('T3');
    failing(play, 'T4', 'lint');
    expect(play.state.run.breaker).toBeUndefined();
  });
});
