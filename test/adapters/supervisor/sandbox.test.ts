// Level: adapter, with real processes.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findGroupSandbox, findSandbox } from '../../../src/adapters/supervisor/sandbox.ts';

const isRoot = process.getuid?.() === 0;

/** Runs a shell script behind a wrapper, all output together. */
function run(wrap: readonly string[], script: string): string {
  const [file, ...args] = [...wrap, '/bin/sh', '-c', script];
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test('what this host offers is asked once and runs programs with their exit code', async () => {
  const sandbox = await findSandbox();
  expect(await findSandbox()).toBe(sandbox);
  expect(run(sandbox.wrap, 'echo hello')).toBe('hello\n');
  expect(() => run(sandbox.wrap, 'exit 5')).toThrow(expect.objectContaining({ status: 5 }));
});

test('in a namespace the program is not process 1, so that signals reach it as anywhere else', async () => {
  const sandbox = await findSandbox();
  if (sandbox.kind === 'group') return; // This host has no namespaces for us; the group is tested instead.
  expect(Number(run(sandbox.wrap, 'echo $$'))).toBeGreaterThan(1);
  expect(() => run(sandbox.wrap, 'kill -TERM $$')).toThrow(expect.objectContaining({ status: 128 + 15 }));
});

test('in a namespace with a /proc of its own, a program sees no process of ours and so no environment of ours', async () => {
  const sandbox = await findSandbox();
  if (!sandbox.wrap.includes('--mount-proc')) return; // Not allowed on this host.
  const seen = run(sandbox.wrap, 'ls /proc')
    .split('\n')
    .filter((name) => /^\d+$/.test(name));
  expect(seen.length).toBeLessThan(6);
});

test('a host without namespaces gets the group, with the program dying with its supervisor where it can', async () => {
  const sandbox = await findGroupSandbox();
  expect(sandbox.kind).toBe('group');
  expect(run(sandbox.wrap, 'echo hello')).toBe('hello\n');
});

test.runIf(isRoot)('without root the namespace is taken in a user namespace under our own name', () => {
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const wrap = [...asNobody, 'unshare', '--user', '--map-current-user', '--pid', '--fork', '--kill-child'];
  const isAllowed = ((): boolean => {
    try {
      return run(wrap, 'true') === '';
    } catch {
      return false; // User namespaces are switched off here.
    }
  })();
  if (isAllowed) expect(run(wrap, 'id -u')).toBe('65534\n');
});
