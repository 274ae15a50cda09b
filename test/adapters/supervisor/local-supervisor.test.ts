// Level: adapter, with real processes.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSupervisor, OtherSubject } from '../../../src/adapters/supervisor/local-supervisor.ts';
import { findGroupSandbox, findSandbox } from '../../../src/adapters/supervisor/sandbox.ts';
import { ownFiles } from '../../../src/own-files.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../src/processes/process-identity.ts';
import { markerOf } from '../../../src/processes/step-directory.ts';
import { createRig, keyOf, processesWith, program, reading, type Rig } from '../../support/supervised.ts';

let rig: Rig;
const started: ChildProcess[] = [];

beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rig.end();
});

async function supervisorOf(key: ReturnType<typeof keyOf>): Promise<ProcessIdentity> {
  const journal = await rig.directoryOf(key).readJournal();
  if (journal?.kind !== 'claimed') throw new Error('not claimed');
  return journal.supervisor;
}

async function untilClaimed(key: ReturnType<typeof keyOf>): Promise<void> {
  while ((await rig.directoryOf(key).readJournal()) === undefined) await new Promise(setImmediate);
}

/** Resolves when the process is gone; the test's time limit bounds it. */
async function untilGone(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a step that ends by itself', () => {
  test('reports its exit code, and both its outputs, with standard input and marker handed in', async () => {
    const input = join(rig.state, 'prompt');
    await writeFile(input, 'do this\n');
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), {
      ...program('ends', ['code', '3']),
      env: { PATH: '/usr/bin:/bin', EXTRA: 'yes' },
      stdinFile: input,
    });
    const output = await reading(step).end;
    expect(await step.exit).toMatchObject({ code: 3, endedBy: 'itself', outputBytes: output.length });
    expect(step.how).toBe('started');
    expect(output).toContain('do this\n');
    expect(output).toContain(`marker=${markerOf(keyOf('T1'))} extra=yes`);
    expect(output).toContain('to stderr');
    expect(await readFile(step.log, 'utf8')).toBe(output);
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGABRT'])('reports that %s ended it', async (signal) => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('ends', ['signal', signal]));
    expect(await step.exit).toMatchObject({ signal, endedBy: 'itself' });
  });

  test('whose program is missing was not started, and says what was looked for and where', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), { ...program('ends'), file: 'no-such-agent' });
    const exit = await step.exit;
    expect(exit).toMatchObject({ endedBy: 'not-started' });
    expect(exit.problem).toMatch(/"no-such-agent" was not found in PATH \(.*\)\. Install it/);
    expect(await reading(step).end).toBe('');
  });

  test.each([
    ['a program that cannot be run', { file: '/etc/passwd' }, /\/etc\/passwd is no program/],
    ['a missing working directory', { directory: '/nowhere/at/all' }, /\/nowhere\/at\/all does not exist/],
    ['a missing file for standard input', { stdinFile: '/nowhere/prompt' }, /standard input cannot be read/],
  ])('%s is a problem in words, not a crash', async (_, change, problem) => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), { ...program('ends'), ...change });
    const exit = await step.exit;
    expect(exit.endedBy).toBe('not-started');
    expect(exit.problem).toMatch(problem);
  });

  test('keeps no environment on disk once it runs', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), {
      ...program('forever'),
      env: { PATH: '/usr/bin:/bin', TOKEN: 'canary-7f3a' },
    });
    await reading(step).until('begun');
    // The supervisor blanks it right after the start; its exit comes later in any case.
    await step.kill();
    expect(await readFile(join(rig.directoryOf(keyOf('T1')).path, 'spec.json'), 'utf8')).not.toContain('canary-7f3a');
  });
});

describe('one program per key', () => {
  test('ten watchers that race start it once, and all read the same', async () => {
    const tell = join(rig.state, 'starts');
    const other = createSecond();
    const steps = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        (number % 2 === 0 ? rig.supervisor : other).startOrAdopt(keyOf('T1'), program('forever', [`--tell=${tell}`])),
      ),
    );
    const readings = steps.map(reading);
    await Promise.all(readings.map((one) => one.until('begun')));
    expect(steps.filter((step) => step.how === 'started')).toHaveLength(1);
    await steps[0]!.kill();
    expect(await Promise.all(steps.map((step) => step.exit.then((exit) => exit.endedBy)))).toEqual(
      Array.from({ length: 10 }, () => 'killed'),
    );
    expect(await readFile(tell, 'utf8')).toBe('begun\nasked to end\n');
  });

  test('a step that is over is adopted with its recorded exit and its whole output', async () => {
    const first = await rig.supervisor.startOrAdopt(keyOf('T1'), program('ends', ['code', '0']));
    const [output, exit] = [await reading(first).end, await first.exit];
    const second = await rig.supervisor.startOrAdopt(keyOf('T1'), program('ends', ['code', '9']));
    expect(second.how).toBe('adopted');
    expect(await second.exit).toEqual(exit);
    expect(await reading(second).end).toBe(output);
  });

  test('the newest watcher wins: the older one is told when it renews', async () => {
    const first = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever'));
    expect(await first.renew()).toBe('ours');
    const second = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever'));
    expect(await first.renew()).toBe('taken-over');
    expect(await second.renew()).toBe('ours');
    await reading(second).until('begun');
  });

  test('the same key with another subject is refused', async () => {
    const commit = { ...program('forever'), subject: 'aaaa' };
    await rig.supervisor.startOrAdopt(keyOf('T1'), commit);
    await expect(rig.supervisor.startOrAdopt(keyOf('T1'), { ...commit, subject: 'bbbb' })).rejects.toThrow(
      OtherSubject,
    );
  });

  test('a step whose starter died before it asked for a supervisor is started by the next', async () => {
    const directory = rig.directoryOf(keyOf('T1'));
    await directory.create();
    await directory.createSpec({
      ...program('ends', ['code', '0']),
      key: keyOf('T1'),
      marker: markerOf(keyOf('T1')),
      sandbox: await findSandbox(),
    });
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('ends', ['code', '0']));
    expect(step.how).toBe('adopted');
    expect(await step.exit).toMatchObject({ endedBy: 'itself', code: 0 });
  });
});

describe('a watcher', () => {
  test('that is killed leaves the step alive; the next adopts it and reads from the first byte', async () => {
    const key = keyOf('T1');
    const { file, args } = program('forever');
    const watcher = spawn(
      process.execPath,
      [
        join(ownFiles.root, 'node_modules/jiti/lib/jiti-cli.mjs'),
        join(ownFiles.root, 'test/support/programs/watcher.ts'),
        ...[rig.state, key, file, ...args],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    started.push(watcher);
    let said = '';
    for await (const bytes of watcher.stdout) {
      said += String(bytes);
      if (said.includes('begun')) break;
    }
    expect(said).toBe('started\nbegun\n');
    expect(await rig.supervisor.find('')).toEqual([expect.objectContaining({ key, alive: true, watched: true })]);
    const identity = identify(watcher.pid ?? 0)!;
    watcher.kill('SIGKILL');
    await untilGone(identity);
    expect(await rig.supervisor.find('')).toEqual([
      expect.objectContaining({
        key,
        alive: true,
        watched: false,
        watcher: { workflowId: 'w', runId: 'r', activityId: 'a' },
      }),
    ]);
    const adopted = await rig.supervisor.startOrAdopt(key, program('forever'));
    expect(adopted.how).toBe('adopted');
    const read = reading(adopted);
    await read.until('begun');
    expect(await adopted.kill()).toMatchObject({ endedBy: 'killed', code: 0 });
    expect(await read.end).toBe('begun\nasked to end\n');
  });

  test('that detaches stops reading, and the step goes on', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever'));
    const read = reading(step);
    await read.until('begun');
    step.detach();
    await read.end;
    expect(await rig.supervisor.find('')).toEqual([expect.objectContaining({ alive: true })]);
  });

  test('that is gone for longer than the lease costs the step its life', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever', [], { leaseMs: 300 }));
    expect(await step.exit).toMatchObject({ endedBy: 'lease' });
  });

  test('that renews keeps it alive beyond the lease', async () => {
    const step = await rig.supervisor.startOrAdopt(
      keyOf('T1'),
      program('forever', [], { leaseMs: 1000, timeMs: 3000 }),
    );
    const timer = setInterval(() => void step.renew(), 100);
    expect(await step.exit).toMatchObject({ endedBy: 'time' });
    clearInterval(timer);
  });
});

describe('limits', () => {
  test('silence ends a step that prints nothing', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever', [], { silentMs: 200 }));
    // Its own code or the signal: that depends on how far it had come.
    expect(await step.exit).toMatchObject({ endedBy: 'silence' });
  });

  test('a flood ends the step at its limit, costs the watcher no memory, and the disk no more than the limit', async () => {
    const outputBytesMax = 8 * 1024 * 1024;
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('loud', ['forever'], { outputBytesMax }));
    const before = process.memoryUsage().rss;
    let read = 0;
    for await (const bytes of step.output) read += bytes.length;
    expect(await step.exit).toMatchObject({ endedBy: 'output' });
    expect((await readFile(step.log)).length).toBe(outputBytesMax);
    expect(read).toBeGreaterThanOrEqual(outputBytesMax);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a burst over the limit is named as such, even when the program ends before anybody has looked', async () => {
    const [outputBytesMax, bytes] = [1024, 1024 * 1024];
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('loud', [String(bytes)], { outputBytesMax }));
    expect(await step.exit).toMatchObject({ endedBy: 'output' });
    expect((await readFile(step.log)).length).toBe(outputBytesMax);
  });

  test('output under the limit arrives whole, in pieces of at most 64 KiB', async () => {
    const bytes = 20 * 1024 * 1024 + 7;
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('loud', [String(bytes)]));
    let [read, largest] = [0, 0];
    for await (const piece of step.output) [read, largest] = [read + piece.length, Math.max(largest, piece.length)];
    expect(await step.exit).toMatchObject({ endedBy: 'itself', code: 0, outputBytes: bytes });
    expect(read).toBe(bytes);
    expect(largest).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('a supervisor', () => {
  test('that is killed takes its program with it; the step is lost', async () => {
    const key = keyOf('T1');
    const step = await rig.supervisor.startOrAdopt(key, program('forever', ['tag-of-lost-step']));
    await reading(step).until('begun');
    process.kill((await supervisorOf(key)).pid, 'SIGKILL');
    expect(await step.exit).toMatchObject({ endedBy: 'lost' });
    expect(await processesWith('tag-of-lost-step')).toEqual([]);
  });

  test('of another boot is gone: its step is lost, without a signal to anything', async () => {
    const key = keyOf('T1');
    const directory = rig.directoryOf(key);
    await directory.create();
    const spec = { ...program('ends'), key, marker: markerOf(key), sandbox: await findSandbox() };
    await directory.createSpec(spec);
    const self = identify(process.pid)!;
    const startedAt = new Date().toISOString();
    await directory.claim({ kind: 'claimed', supervisor: { ...self, boot: 'before' }, program: self, startedAt });
    const step = await rig.supervisor.startOrAdopt(key, program('ends'));
    expect(await step.exit).toMatchObject({ endedBy: 'lost' });
    expect(isAlive(self)).toBe(true);
  });

  test('outlives the launcher, and a dead launcher is replaced', async () => {
    const first = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever'));
    await reading(first).until('begun');
    const launcher = (await processesWith(ownFiles.launcher)).find((pid) => parentOf(pid) === process.pid)!;
    const identity = identify(launcher)!;
    process.kill(launcher, 'SIGKILL');
    await untilGone(identity);
    const second = await rig.supervisor.startOrAdopt(keyOf('T2'), program('ends', ['code', '0']));
    expect(await second.exit).toMatchObject({ endedBy: 'itself' });
    expect(await rig.supervisor.find('0123abcd/T1/')).toEqual([expect.objectContaining({ alive: true })]);
  });
});

describe('an end for good', () => {
  test('kills a live step and refuses its key ever after', async () => {
    const key = keyOf('T1');
    const step = await rig.supervisor.startOrAdopt(key, program('forever', ['tag-of-ended-step']));
    await reading(step).until('begun');
    expect(await rig.supervisor.end(key, 1000)).toBe('killed');
    expect(await processesWith('tag-of-ended-step')).toEqual([]);
    const again = await rig.supervisor.startOrAdopt(key, program('forever', ['tag-of-ended-step']));
    expect(await again.exit).toMatchObject({ endedBy: 'killed' });
    expect(await processesWith('tag-of-ended-step')).toEqual([]);
    expect(await rig.supervisor.end(key, 1000)).toBe('was-over');
  });

  test('of a step that never began here is unknown, and it never begins', async () => {
    expect(await rig.supervisor.end(keyOf('T1'), 1000)).toBe('unknown');
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('ends', ['code', '0']));
    expect(await step.exit).toMatchObject({ endedBy: 'killed', outputBytes: 0 });
  });

  test('reaches the steps below the key', async () => {
    const gate = `${keyOf('T1')}/lint` as ReturnType<typeof keyOf>;
    const step = await rig.supervisor.startOrAdopt(gate, program('forever'));
    await reading(step).until('begun');
    expect(await rig.supervisor.end(keyOf('T1'), 1000)).toBe('killed');
    const other = `${keyOf('T1')}/test` as ReturnType<typeof keyOf>;
    expect(await (await rig.supervisor.startOrAdopt(other, program('ends'))).exit).toMatchObject({ endedBy: 'killed' });
  });

  test('that meets the start leaves nothing running, whoever is first', async () => {
    for (let round = 0; round < 8; round += 1) {
      const key = keyOf('T1', round + 1);
      // In every other round the end comes just after a supervisor has claimed the step.
      const whenToEnd = round % 2 === 0 ? Promise.resolve() : untilClaimed(key);
      const [step] = await Promise.all([
        rig.supervisor.startOrAdopt(key, program('forever', ['tag-of-race'])),
        whenToEnd.then(() => rig.supervisor.end(key, 200)),
      ]);
      expect(await step.exit).toMatchObject({ endedBy: 'killed' });
    }
    expect(await processesWith('tag-of-race')).toEqual([]);
  });
});

describe('records', () => {
  test('are found by prefix, read from an offset, and forgotten but for live steps', async () => {
    const live = await rig.supervisor.startOrAdopt(keyOf('T1', 2), program('forever'));
    const over = await rig.supervisor.startOrAdopt(keyOf('T1', 1), program('ends', ['code', '0']));
    const other = await rig.supervisor.startOrAdopt(keyOf('T10'), program('ends', ['code', '0']));
    await Promise.all([over.exit, other.exit, reading(live).until('begun')]);
    const found = await rig.supervisor.find('0123abcd/T1/');
    expect(found.map(({ key, alive }) => [key, alive])).toEqual([
      [keyOf('T1', 1), false],
      [keyOf('T1', 2), true],
    ]);
    const whole = await rig.supervisor.read(keyOf('T1', 1), 0);
    const rest = await rig.supervisor.read(keyOf('T1', 1), 5);
    expect(whole.exit).toMatchObject({ code: 0 });
    expect(Buffer.from(rest.bytes).equals(Buffer.from(whole.bytes).subarray(5))).toBe(true);
    await rig.supervisor.forget('0123abcd/T1/');
    expect((await rig.supervisor.find('')).map(({ key }) => key)).toEqual([keyOf('T1', 2), keyOf('T10')]);
  });

  test('under a prefix that leads out of the root are refused', async () => {
    await expect(rig.supervisor.find('../../')).rejects.toThrow('no step key');
  });
});

describe.each([
  ['in a PID namespace, where the host has one', findSandbox],
  ['by group and marker alone', findGroupSandbox],
])('children of an agent, %s', (_, sandbox) => {
  let tag: string;
  beforeEach(async () => {
    tag = `tallyman-child-${randomBytes(6).toString('hex')}`;
    await rig.end();
    rig = await createRig(await sandbox());
  });
  afterEach(async () => {
    for (const pid of await processesWith(tag)) process.kill(pid, 'SIGKILL');
  });

  test('are all dead when it is killed, however they tried to escape', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('leaves-children', [tag], { graceMs: 100 }));
    await reading(step).until('left behind');
    expect((await processesWith(tag)).length).toBeGreaterThanOrEqual(6);
    const startMs = performance.now();
    await step.kill();
    expect(await processesWith(tag)).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(2100);
  });

  test('are all dead when it ends, and hold up nobody who waits for the output', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('leaves-children', [tag, '--ends']));
    expect(await reading(step).end).toBe('left behind\n');
    expect(await step.exit).toMatchObject({ endedBy: 'itself', code: 0 });
    expect(await processesWith(tag)).toEqual([]);
  });

  test('are all dead when its supervisor is killed', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('leaves-children', [tag]));
    await reading(step).until('left behind');
    process.kill((await supervisorOf(keyOf('T1'))).pid, 'SIGKILL');
    expect(await step.exit).toMatchObject({ endedBy: 'lost' });
    expect(await processesWith(tag)).toEqual([]);
  });

  test('an agent that ignores SIGTERM is dead soon after its grace', async () => {
    const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever', ['--deaf'], { graceMs: 200 }));
    const read = reading(step);
    await read.until('begun');
    const startMs = performance.now();
    expect(await step.kill()).toMatchObject({ endedBy: 'killed', signal: 'SIGKILL' });
    expect(performance.now() - startMs).toBeLessThan(2200);
    expect(await read.end).toBe('begun\nasked to end\n');
  });
});

/** A second supervisor port on the same directory, as another worker of the host has. */
function createSecond() {
  return createSupervisor({ stateDirectory: rig.state, environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' } });
}

function parentOf(pid: number): number {
  return Number(/\) . (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
}
