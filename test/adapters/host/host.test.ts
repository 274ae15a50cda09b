// Level: adapter, with real files and processes.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost, type LocalHost } from '../../../src/adapters/host/host.ts';
import type { Slot } from '../../../src/adapters/host/port.ts';
import { createSlots } from '../../../src/adapters/host/slots.ts';
import { holdLock } from '../../../src/processes/owner-lock.ts';
import { identify, isAlive } from '../../../src/processes/process-identity.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'tallyman-host-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

const machine = { id: 'm1', pidNamespace: 'pid:[1]' };
const open = (from: Partial<typeof machine> = {}): LocalHost =>
  createHost({ stateDirectory: state, agents: 2, gates: 1 }, { ...machine, ...from });
const never = new AbortController().signal;
const nobody = (): void => undefined;

/** `undefined` while the promise waits, after everything that is due has run. */
async function soFar<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);
}

describe('the identity of a host', () => {
  test('is made once, safe in a queue name, and the same ever after', () => {
    const first = open();
    const second = open();
    expect(first.id).toMatch(/^[a-z0-9-]+-[0-9a-f]{6}$/);
    expect(second.id).toBe(first.id);
    expect(first.home).toMatch(/^[0-9a-f]{16}$/);
    expect(second.home).toBe(first.home);
    expect(first.root).toBe(state);
  });

  test.each([
    ['machine', { id: 'm2' }],
    ['PID namespace', { pidNamespace: 'pid:[2]' }],
  ])('is another one on another %s, with a root of its own to which it comes back', (_, other) => {
    const first = open();
    const second = open(other);
    expect(second.id).not.toBe(first.id);
    expect(second.root.startsWith(`${state}/hosts/`)).toBe(true);
    expect(second.home).toBe(first.home);
    expect([open(other).id, open(other).root]).toEqual([second.id, second.root]);
    expect(open().root).toBe(state);
  });

  test('is refused, with what to do, where its file is not ours', async () => {
    open();
    await writeFile(join(state, 'host', 'host.json'), '{"id":"../x","bound":"y"}');
    expect(() => open()).toThrow(/host\.json is no host file of Tallyman\. Delete it/);
  });
});

describe('slots', () => {
  test('let as many in as there are, and the first who waits when one leaves', async () => {
    const host = open();
    const order: string[] = [];
    const take = (name: string): Promise<Slot> =>
      host.slot('agent', never, nobody).then((slot) => {
        order.push(name);
        return slot;
      });
    const [a, b] = await Promise.all([take('a'), take('b')]);
    const c = take('c');
    const d = take('d');
    expect(await soFar(c)).toBeUndefined();
    b.release();
    const third = await c;
    expect(await soFar(d)).toBeUndefined();
    a.release();
    a.release();
    await d;
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    third.release();
    (await d).release();
  });

  test('are counted over all ports of the host, and apart for agents and gates', async () => {
    const [one, two] = [open(), open()];
    const gates = await one.slot('gates', never, nobody);
    let waited = 0;
    const next = two.slot('gates', never, () => (waited += 1));
    expect(await soFar(next)).toBeUndefined();
    expect(waited).toBe(1);
    const agent = await two.slot('agent', never, nobody);
    gates.release();
    (await next).release();
    agent.release();
  });

  test('say once a second that they wait', async () => {
    const host = open();
    const slot = await host.slot('gates', never, nobody);
    const stop = new AbortController();
    let waited = 0;
    const next = host.slot('gates', stop.signal, () => {
      waited += 1;
      if (waited === 2) stop.abort(new Error('enough'));
    });
    await expect(next).rejects.toThrow('enough');
    slot.release();
  });

  test('are not taken by one whose wait was ended', async () => {
    const host = open();
    const slot = await host.slot('gates', never, nobody);
    const stop = new AbortController();
    const given = host.slot('gates', stop.signal, nobody);
    const next = host.slot('gates', never, nobody);
    stop.abort(new Error('cancelled'));
    await expect(given).rejects.toThrow('cancelled');
    slot.release();
    (await next).release();
    await expect(host.slot('gates', stop.signal, nobody)).rejects.toThrow('cancelled');
  });

  test('of an owner that was killed are free again', async () => {
    const owner = spawn('sleep', ['600']);
    const identity = identify(owner.pid ?? 0)!;
    const directory = join(state, 'host', 'slots');
    const slots = createSlots({ directory, ceilings: { agent: 1, gates: 1 }, self: identify(process.pid)! });
    expect(holdLock(join(directory, 'agent.1'), identity)).toBeDefined();
    const next = slots.take('agent', never, nobody);
    expect(await soFar(next)).toBeUndefined();
    owner.kill('SIGKILL');
    (await next).release();
    expect(isAlive(identity)).toBe(false);
  });
});
