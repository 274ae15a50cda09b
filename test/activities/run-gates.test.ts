// Level: activity, on real git, real processes and real folders.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { gateBase } from '../../src/activities/gate-base.ts';
import { runGates } from '../../src/activities/run-gates.ts';
import type { GateBaseInput } from '../../src/contracts/activities.ts';
import type { GateSettings, RepoSettings } from '../../src/contracts/run-settings.ts';
import { type CommitSha, planId, stepKey } from '../../src/domain/ids.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import { gitIn } from '../support/git-remote.ts';
import {
  type AttemptRig,
  attemptRig,
  key,
  nodeGate,
  reasonOf,
  repo,
  run,
  testScope,
  type TestScope,
} from './attempt-rig.ts';

let rig: AttemptRig;
let base: CommitSha;
let commit: CommitSha;
let turn = 1;

beforeAll(async () => {
  rig = await attemptRig({ 'package.json': '{"scripts":{"lint":"node lint.cjs","start":"x"}}', 'lint.cjs': '' });
  base = await rig.prepare({ fresh: true });
  writeFileSync(join(rig.clone, 'sum.js'), 'work');
  gitIn(rig.clone, 'commit', '-aqm', 'work');
  commit = gitIn(rig.clone, 'rev-parse', 'HEAD').trim() as CommitSha;
  writeFileSync(join(rig.clone, 'dirt'), 'not committed');
});
afterAll(() => rig.end());
afterEach(() => {
  turn += 1;
});

function gates(
  list: readonly GateSettings[],
  change: Partial<RepoSettings> = {},
  scope: TestScope = testScope(),
): Promise<StepEnd> {
  const input = rig.gatesInput(base, commit, { key: key('gates', turn), repo: { ...repo, gates: list, ...change } });
  return runGates(rig.ports, input, scope);
}

const places = (): readonly string[] => {
  const folder = join(dirname(rig.root), '_gates');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('gates', () => {
  test('are judged in a clone of exactly the commit, never in the folder the agent worked in', async () => {
    const end = await gates([
      nodeGate('one', "if (fs.readFileSync('sum.js', 'utf8') !== 'work' || fs.existsSync('dirt')) process.exit(1)"),
      nodeGate('two', `if (process.cwd() === ${JSON.stringify(rig.clone)}) process.exit(1)`),
    ]);
    expect(end).toMatchObject({
      kind: 'gated',
      commit,
      verdicts: [
        { gate: 'one', kind: 'passed' },
        { gate: 'two', kind: 'passed' },
      ],
    });
    expect(places()).toEqual([]);
  });

  test('end at the first that fails, with the command and the end of its output', async () => {
    const bad = nodeGate('bad', "console.log('sum.js: line 1 is wrong'); process.exit(2)");
    const end = await gates([bad, nodeGate('never', `fs.writeFileSync(${JSON.stringify(rig.file('never'))}, '')`)]);
    expect(end).toMatchObject({
      verdicts: [
        {
          ...{ gate: 'bad', kind: 'failed' },
          failure: {
            ...{ reason: 'gate-failed', gate: 'bad', exitCode: 2, lastLines: ['sum.js: line 1 is wrong'] },
            command: expect.stringContaining("'console.log(") as string,
          },
        },
      ],
    });
    expect(existsSync(rig.file('never'))).toBe(false);
  });

  test('all run where the repository wants all', async () => {
    const end = await gates([nodeGate('bad', 'process.exit(1)'), nodeGate('good', '')], { gatesMode: 'all' });
    expect(end).toMatchObject({ verdicts: [{ kind: 'failed' }, { kind: 'passed' }] });
  });

  test('that cannot be judged are errored', async () => {
    const gate = (id: string, command: readonly string[], timeoutMs = 30_000): GateSettings => ({
      ...{ id, kind: 'command', timeoutMs, options: { command } },
    });
    const end = await gates(
      [
        gate('missing', ['/no/such/program']),
        gate('by-shell', ['sh', '-c', 'no-such-program']),
        gate('slow', [process.execPath, '-e', 'setInterval(() => {}, 1000)'], 500),
        { ...gate('odd', []), kind: 'oracle' },
      ],
      { gatesMode: 'all' },
    );
    expect(end.kind === 'gated' && end.verdicts.map(({ gate: id, kind }) => `${id} ${kind}`)).toEqual([
      'missing errored',
      'by-shell errored',
      'slow errored',
      'odd errored',
    ]);
  });

  test('run after the set-up command', async () => {
    const setup = [process.execPath, '-e', "fs.writeFileSync('node_modules', '')"];
    expect(await gates([nodeGate('one', "fs.readFileSync('node_modules')")], { setup })).toMatchObject({
      verdicts: [{ kind: 'passed' }],
    });
  });

  test('a set-up that fails on the commit is a failure of the attempt', async () => {
    expect(reasonOf(await gates([nodeGate('one', '')], { setup: [process.execPath, '-e', 'process.exit(1)'] }))).toBe(
      'set-up-failed',
    );
    expect(places()).toEqual([]);
  });

  test('without any gate the commit is gated at once', async () => {
    expect(await gates([])).toEqual({ kind: 'gated', commit, verdicts: [] });
  });

  test('by default are those of package.json at the base', async () => {
    const input = rig.gatesInput(base, commit, { key: key('gates', turn), repo: { ...repo, gates: 'default' } });
    expect(await runGates(rig.ports, input, testScope())).toMatchObject({
      verdicts: [{ gate: 'lint', kind: 'passed' }],
    });
  });

  test('may run in the folder the agent worked in, where the repository asks for that', async () => {
    const gate = nodeGate('one', "fs.readFileSync('dirt')");
    expect(await gates([gate], { gateWorkspace: 'agent' })).toMatchObject({ verdicts: [{ kind: 'passed' }] });
  });
});

describe('a gate run that was left', () => {
  test('goes on in its clone, and judges what it judged the same', async () => {
    const log = rig.file('log');
    const note = (word: string): string => `fs.appendFileSync(${JSON.stringify(log)}, '${word} ');`;
    const list = [
      nodeGate('first', `${note('first')} fs.writeFileSync('made', '')`),
      nodeGate(
        'second',
        `${note('second')} console.log('began'); const t = setInterval(() => { if (fs.existsSync('go')) clearInterval(t) }, 20)`,
      ),
      nodeGate('third', `${note('third')} fs.readFileSync('made')`),
    ];
    const scope = testScope();
    const left = gates(
      list,
      {},
      {
        ...scope,
        heartbeat: (beat) => {
          if (beat.line === 'began') scope.end('detach');
        },
      },
    );
    await expect(left).rejects.toThrow('goes on without its watcher');
    const [place] = places();
    const again = gates(list);
    appendFileSync(join(dirname(rig.root), '_gates', place ?? '', 'code', 'go'), '');
    expect(await again).toMatchObject({ verdicts: [{ kind: 'passed' }, { kind: 'passed' }, { kind: 'passed' }] });
    expect(readFileSync(log, 'utf8')).toBe('first second third ');
    expect(await gates(list)).toMatchObject({ verdicts: [{ kind: 'passed' }, { kind: 'passed' }, { kind: 'passed' }] });
    expect(readFileSync(log, 'utf8')).toBe('first second third ');
  });

  test('by a cancel is killed, and starts nothing more', async () => {
    const scope = testScope();
    const list = [
      nodeGate('one', "console.log('began'); setInterval(() => {}, 1000)"),
      nodeGate('two', `fs.writeFileSync(${JSON.stringify(rig.file('two'))}, '')`),
    ];
    const end = await gates(
      list,
      { gatesMode: 'all' },
      {
        ...scope,
        heartbeat: (beat) => {
          if (beat.line === 'began') scope.end('kill');
        },
      },
    );
    expect(end).toEqual({ kind: 'killed' });
    expect(existsSync(rig.file('two'))).toBe(false);
    expect(places()).toEqual([]);
  });

  test('and ended for good while nobody watched stays ended', async () => {
    await rig.supervisor.end(key('gates', turn), 0);
    expect(await gates([nodeGate('one', '')])).toEqual({ kind: 'killed' });
  });
});

describe('the gates of the base', () => {
  const baseInput = (change: Partial<RepoSettings>, ofTurn: number): GateBaseInput => ({
    key: stepKey({ plan: planId('0a1b2c3d'), task: '_base-', run, attempt: 0, step: 'gates', turn: ofTurn }),
    ...{ plan: rig.prepareInput().plan, repo: { ...repo, ...change }, killGraceMs: 1000 },
  });

  test('are judged on the tip of the base branch', async () => {
    const tip = rig.remote.commit({ 'news.txt': 'x' });
    const list = [nodeGate('one', "fs.readFileSync('news.txt')"), nodeGate('red', 'process.exit(1)')];
    expect(await gateBase(rig.ports, baseInput({ gates: list }, 1), testScope())).toMatchObject({
      commit: tip,
      verdicts: [{ kind: 'passed' }, { gate: 'red', kind: 'failed' }],
    });
    expect(places()).toEqual([]);
  });

  test('run again from the beginning are judged on the tip as it is then', async () => {
    const list = [nodeGate('one', "fs.readFileSync('later.txt')")];
    expect(await gateBase(rig.ports, baseInput({ gates: list }, 2), testScope())).toMatchObject({
      verdicts: [{ kind: 'failed' }],
    });
    const tip = rig.remote.commit({ 'later.txt': 'x' });
    expect(await gateBase(rig.ports, baseInput({ gates: list }, 2), testScope())).toMatchObject({
      commit: tip,
      verdicts: [{ kind: 'passed' }],
    });
  });

  test('left while one runs go on, on the commit they are about', async () => {
    const input = baseInput(
      {
        gates: [
          nodeGate(
            'one',
            "console.log('began'); const t = setInterval(() => { if (fs.existsSync('go')) clearInterval(t) }, 20)",
          ),
        ],
      },
      3,
    );
    const was = rig.remote.tip('main');
    const scope = testScope();
    const left = gateBase(rig.ports, input, {
      ...scope,
      heartbeat: (beat) => {
        if (beat.line === 'began') scope.end('detach');
      },
    });
    await expect(left).rejects.toThrow('goes on without its watcher');
    rig.remote.commit({ 'moved.txt': 'x' });
    const again = gateBase(rig.ports, input, testScope());
    appendFileSync(join(dirname(rig.root), '_gates', places()[0] ?? '', 'code', 'go'), '');
    expect(await again).toMatchObject({ commit: was, verdicts: [{ kind: 'passed' }] });
  });

  test('a set-up that fails there is red', async () => {
    const input = baseInput({ gates: [nodeGate('one', '')], setup: [process.execPath, '-e', 'process.exit(1)'] }, 4);
    expect(await gateBase(rig.ports, input, testScope())).toMatchObject({
      verdicts: [{ gate: 'setup', kind: 'errored' }],
    });
  });

  test('a base that is not there gives no commit', async () => {
    expect(await gateBase(rig.ports, baseInput({ base: 'nowhere' }, 5), testScope())).toEqual({ verdicts: [] });
  });
});
