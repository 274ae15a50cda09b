// Level: unit.
import { expect, test } from 'vitest';
import { commandGate } from '../../../src/adapters/gate/command-gate.ts';
import type { GateRun } from '../../../src/adapters/gate/port.ts';
import type { GateSettings } from '../../../src/contracts/run-settings.ts';
import { commitSha } from '../../../src/domain/ids.ts';

const gate: GateSettings = {
  id: 'lint',
  kind: 'command',
  timeoutMs: 1,
  options: { command: ['npm', 'run', 'lint', "it's"] },
};
const run: GateRun = { exitCode: 0, endedBy: 'itself', durationMs: 7, lastLines: ['out'], log: '/log' };

test.each<[name: string, run: Partial<GateRun>, kind: string]>([
  ['exit 0', {}, 'passed'],
  ['exit 1', { exitCode: 1 }, 'failed'],
  ['a command the shell did not find', { exitCode: 127 }, 'errored'],
  ['a command that may not be run', { exitCode: 126 }, 'errored'],
  ['its time limit, even with exit 0', { endedBy: 'time' }, 'errored'],
  ['too much output', { endedBy: 'output' }, 'errored'],
])('%s', async (_name, change, kind) => {
  const verdict = await commandGate.judge(gate, {
    directory: '/w',
    commit: commitSha('c'.repeat(40)),
    runProgram: (program) => {
      expect(program).toEqual({ file: 'npm', args: ['run', 'lint', "it's"] });
      return Promise.resolve({ ...run, ...change });
    },
  });
  expect(verdict).toMatchObject({ gate: 'lint', kind, durationMs: 7 });
  if (kind === 'passed') expect(verdict).not.toHaveProperty('failure');
  else
    expect(verdict.failure).toMatchObject({
      reason: `gate-${kind}`,
      lastLines: ['out'],
      command: String.raw`npm run lint 'it'\''s'`,
    });
});

test('a signal leaves the gate unjudged', async () => {
  const { exitCode: _none, ...signalled } = { ...run, signal: 'SIGKILL' };
  const verdict = await commandGate.judge(gate, {
    ...{ directory: '/w', commit: commitSha('c'.repeat(40)) },
    runProgram: () => Promise.resolve(signalled),
  });
  expect(verdict).toMatchObject({ kind: 'errored', failure: { signal: 'SIGKILL' } });
});

test.each([
  [{ command: ['npm', 'test'] }, 0],
  [{ command: [] }, 1],
  [{ command: 'npm test' }, 1],
  [{ command: [''] }, 1],
  [{}, 1],
  [3, 1],
])('options %j have %i problems', (options, count) => {
  expect(commandGate.check(options)).toHaveLength(count);
});
