// Level: unit.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandAgent } from '../../../src/adapters/agent/command.ts';
import type { AgentExit, AgentRequest } from '../../../src/adapters/agent/port.ts';
import type { AgentSettings } from '../../../src/contracts/run-settings.ts';

const settings: AgentSettings = {
  name: 'mine',
  preset: 'command',
  command: ['my-agent', 'do it'],
  extraArgs: ['--fast'],
  env: [],
  stallMs: 1,
  timeLimitMs: 1,
  outputBytesMax: 1,
  leaseMs: 1,
  permission: 'all',
};
const request: AgentRequest = {
  settings,
  directory: '/w/code',
  home: '/w/home',
  promptFile: '/w/prompt.md',
  resultFile: '/w/result.json',
  task: 'T-1',
  branch: 'b',
  base: 'f'.repeat(40),
  session: {
    id: 's-7',
    agent: 'mine',
    usedBefore: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, claimed: false },
  },
};
const exit: AgentExit = {
  exitCode: 0,
  durationMs: 5,
  lastLines: ['x'],
  log: '/log',
  endedAt: '2026-01-01T00:00:00.000Z',
};
const good = '{"task_id":"T-1","status":"success","used":"2K","commit_sha":null,"notes":"n"}';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const agent = commandAgent('/usr/bin:/bin');

describe('a command agent', () => {
  test('is started by its argv, and told everything in the environment', () => {
    expect(agent.command(request)).toEqual({
      file: 'my-agent',
      args: ['do it', '--fast'],
      env: {
        TALLYMAN_TASK_ID: 'T-1',
        TALLYMAN_BRANCH: 'b',
        TALLYMAN_BASE: 'f'.repeat(40),
        TALLYMAN_PROMPT: '/w/prompt.md',
        TALLYMAN_RESULT: '/w/result.json',
        TALLYMAN_SESSION: 's-7',
      },
      stdin: 'prompt',
    });
  });

  test('is read the same whatever the pieces its output comes in', () => {
    const text = bytes(`Grüße 🙂\n${good}`);
    for (const size of [1, 2, 3, 7, 1000]) {
      const reader = agent.reader(request);
      for (let at = 0; at < text.length; at += size) reader.feed(text.subarray(at, at + size));
      expect(reader.end(exit)).toMatchObject({ kind: 'finished', result: { kind: 'valid', block: { used: 2000 } } });
    }
  });

  test('shows its last line without colours, other control characters made visible', () => {
    const reader = agent.reader(request);
    expect(reader.feed(bytes('one\n\u001b[31mtwo\u0007\u001b[0m\r\npart'))).toEqual([
      { kind: 'activity', line: 'two\\x07' },
    ]);
    expect(reader.feed(bytes('ial'))).toEqual([]);
    expect(reader.feed(bytes(' 10%\r'))).toEqual([{ kind: 'activity', line: 'partial 10%' }]);
  });

  test('the result file wins over the output', () => {
    const reader = agent.reader(request);
    reader.feed(bytes(good));
    expect(reader.end({ ...exit, resultFile: good.replace('success', 'failed') })).toMatchObject({
      result: { kind: 'valid', block: { status: 'failed' } },
    });
    expect(agent.reader(request).end({ ...exit, resultProblem: 'too large' })).toMatchObject({
      result: { kind: 'invalid', text: 'too large' },
    });
  });

  test('an empty result file leaves the word to the output', () => {
    const reader = agent.reader(request);
    reader.feed(bytes(good));
    expect(reader.end({ ...exit, resultFile: '\n' })).toMatchObject({ result: { kind: 'valid' } });
  });

  test('exit 1 is a failure, whatever it says', () => {
    const reader = agent.reader(request);
    reader.feed(bytes(good));
    expect(reader.end({ ...exit, exitCode: 1 })).toMatchObject({
      kind: 'failed',
      failure: { reason: 'agent-exited', exitCode: 1, lastLines: ['x'] },
      usage: { output: 2000, claimed: true },
    });
  });

  test('a usage limit is one with any exit code', () => {
    const reader = agent.reader(request);
    reader.feed(bytes('{"status":"limited","resets_at":"2026-01-01T00:00:09Z","session":"s"}\n'));
    expect(reader.end({ ...exit, exitCode: 3 })).toEqual({
      kind: 'limited',
      until: '2026-01-01T00:00:09.000Z',
      session: 's',
    });
  });

  test('a gigantic line costs bounded memory and does not hide the result', () => {
    const reader = agent.reader(request);
    const piece = bytes('x'.repeat(1024 * 1024));
    for (let at = 0; at < 40; at += 1) reader.feed(piece);
    reader.feed(bytes(`\n${good}\n`));
    expect(reader.end(exit)).toMatchObject({ result: { kind: 'valid' } });
  });
});

describe('the probe', () => {
  const probe = (command: readonly string[], path = '/usr/bin:/bin'): unknown =>
    commandAgent(path).probe({ ...settings, command });

  test('finds a program on PATH and by its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tallyman-probe-'));
    const file = join(folder, 'agent-x');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
    expect(await probe(['agent-x'], folder)).toEqual({ kind: 'ready', version: file });
    expect(await probe([file], '')).toEqual({ kind: 'ready', version: file });
  });

  test('says what is missing and what to do', async () => {
    expect(await probe(['no-such-agent'])).toMatchObject({
      kind: 'missing',
      fix: expect.stringContaining('"no-such-agent"') as string,
    });
    expect(await probe([])).toMatchObject({ kind: 'missing', fix: expect.stringContaining('agents.mine') as string });
    expect(await probe(['/usr'])).toMatchObject({ kind: 'missing' });
  });

  test('a program of the repository is looked for later', async () => {
    expect(await probe(['./tools/agent'])).toEqual({ kind: 'ready', version: './tools/agent' });
  });
});
