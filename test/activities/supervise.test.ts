// Level: activity, with real processes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ports } from '../../src/activities/ports.ts';
import { Detached } from '../../src/activities/scope.ts';
import {
  supervise,
  type Supervised,
  type SupervisedStep,
  type SupervisePorts,
} from '../../src/activities/supervise.ts';
import { testScope, type TestScope } from '../support/activity-scope.ts';
import { createRig, keyOf, program, type Rig } from '../support/supervised.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.end());

const quiet: Ports['log'] = { info: () => undefined, warn: () => undefined };
const heartbeat = { task: 'T1', attempt: 1, step: 'agent', host: 'here' };

function run(
  scope: TestScope,
  step: Partial<SupervisedStep> = {},
  ports: Partial<SupervisePorts> = {},
): Promise<Supervised> {
  return supervise({ supervisor: rig.supervisor, serverSilentMs: () => 0, log: quiet, ...ports }, scope, {
    key: keyOf('T1'),
    program: program('forever'),
    heartbeat,
    ...step,
  });
}

const saw = (line: string) => (details: { readonly line: string }) => details.line === line;

describe('a supervised step', () => {
  test('beats before anything is started, then with its last line, and returns its exit', async () => {
    const scope = testScope();
    const end = await run(scope, { program: program('ends', ['code', '4']) });
    expect(end).toMatchObject({ kind: 'exited', exit: { code: 4, endedBy: 'itself' } });
    expect(await readFile(end.log, 'utf8')).toContain('to stderr');
    expect(scope.beats[0]).toEqual({ ...heartbeat, line: '', tokens: 0 });
    expect(scope.beats.at(-1)).toEqual({ ...heartbeat, line: 'to stderr', tokens: 0 });
  });

  test('hands on every byte, and says what the reader makes of it', async () => {
    const scope = testScope();
    let bytes = 0;
    await run(scope, {
      program: program('loud', ['300000']),
      onBytes: (piece) => ({ line: 'working', tokens: (bytes += piece.length) }),
    });
    expect(bytes).toBe(300_000);
    expect(scope.beats.at(-1)).toEqual({ ...heartbeat, line: 'working', tokens: 300_000 });
  });

  test('that is to be killed is dead when that is returned, and all it printed has been read', async () => {
    const scope = testScope();
    let text = '';
    const end = run(scope, {
      onBytes: (bytes) => {
        text += String(Buffer.from(bytes));
        return { line: text.trim() };
      },
    });
    await scope.beat(saw('begun'));
    scope.end('kill');
    expect(await end).toMatchObject({ kind: 'killed', exit: { endedBy: 'killed' } });
    expect(text).toBe('begun\nasked to end\n');
    expect(await rig.supervisor.find('')).toEqual([expect.objectContaining({ alive: false })]);
  });

  test('that is to be left lives on, and the next activity adopts it from the first byte', async () => {
    const tell = join(rig.state, 'tell');
    const first = testScope();
    const left = run(first, { program: program('forever', [`--tell=${tell}`]) });
    await first.beat(saw('begun'));
    first.end('detach');
    await expect(left).rejects.toThrow(Detached);
    const second = testScope();
    const adopted = run(second, { program: program('forever', [`--tell=${tell}`]) });
    await second.beat(saw('begun'));
    second.end('kill');
    expect(await adopted).toMatchObject({ kind: 'killed' });
    expect(await readFile(tell, 'utf8')).toBe('begun\nasked to end\n');
  });

  test('belongs to its newest watcher: a second activity in the same process sends the first away', async () => {
    const [first, second] = [testScope(), testScope()];
    const old = run(first);
    await first.beat(saw('begun'));
    const young = run(second);
    await expect(old).rejects.toThrow('A newer watcher took over');
    await second.beat(saw('begun'));
    second.end('kill');
    expect(await young).toMatchObject({ kind: 'killed' });
  });

  test('whose key is buried is killed, not started', async () => {
    await rig.supervisor.end(keyOf('T1'), 0);
    expect(await run(testScope())).toMatchObject({ kind: 'killed', exit: { outputBytes: 0 } });
  });

  test('whose activity is to end before it began starts nothing', async () => {
    const tell = join(rig.state, 'tell');
    const [left, killed] = [testScope(), testScope()];
    left.end('detach');
    killed.end('kill');
    const step = { program: program('forever', [`--tell=${tell}`]) };
    await expect(run(left, step)).rejects.toThrow(Detached);
    expect(await run(killed, step)).toMatchObject({ kind: 'killed' });
    await expect(readFile(tell)).rejects.toThrow('ENOENT');
  });

  test('renews its lease while the server is heard of', async () => {
    const scope = testScope();
    const end = await run(scope, { program: program('forever', [], { leaseMs: 2000, timeMs: 4500 }) });
    expect(end).toMatchObject({ kind: 'exited', exit: { endedBy: 'time' } });
  });

  test('lets the lease run out while the server is silent', async () => {
    const scope = testScope();
    const step = { program: program('forever', [], { leaseMs: 1500, timeMs: 10_000 }) };
    const end = await run(scope, step, { serverSilentMs: () => 30_000 });
    expect(end).toMatchObject({ kind: 'exited', exit: { endedBy: 'lease' } });
  });

  test('of a run ends the live steps that other runs left for its task, and no others', async () => {
    const strays = [keyOf('T1', 1, '0000000a'), keyOf('T10', 1, '0000000a'), keyOf('T1', 7)];
    await Promise.all(strays.map((key) => rig.supervisor.startOrAdopt(key, program('forever'))));
    const scope = testScope();
    const end = run(scope);
    await scope.beat(saw('begun'));
    const alive = (await rig.supervisor.find('')).filter((step) => step.alive).map(({ key }) => key);
    expect([...alive].sort()).toEqual([keyOf('T1'), keyOf('T1', 7), keyOf('T10', 1, '0000000a')].sort());
    scope.end('kill');
    await end;
  });

  test('whose reader fails is a fault: the activity fails and the step stays for the next', async () => {
    const scope = testScope();
    const end = run(scope, {
      onBytes: () => {
        throw new Error('reader broke');
      },
    });
    await expect(end).rejects.toThrow('reader broke');
    expect(await rig.supervisor.find('')).toEqual([expect.objectContaining({ alive: true })]);
  });
});
