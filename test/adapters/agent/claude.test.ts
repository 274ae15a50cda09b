// Level: adapter, on recorded output of the real program.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claudeAgent } from '../../../src/adapters/agent/claude.ts';
import type { AgentEvent, AgentExit, AgentRequest, AgentSaid } from '../../../src/adapters/agent/port.ts';
import type { AgentSettings } from '../../../src/contracts/run-settings.ts';

const settings: AgentSettings = {
  ...{ name: 'claude', preset: 'claude', command: [], extraArgs: [], env: [] },
  ...{ stallMs: 1, timeLimitMs: 1, outputBytesMax: 1, leaseMs: 1, permission: 'all' },
};
const request: AgentRequest = {
  ...{ settings, directory: '/w/code', home: '/w/home', promptFile: '/w/p', resultFile: '/w/r' },
  ...{ task: 'T-OK', branch: 'b', base: 'f'.repeat(40) },
};
const agent = claudeAgent({ environment: { PATH: '/nowhere' }, isRoot: false });
const noUsage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, claimed: false };

function read(
  sample: string,
  exit: Partial<AgentExit> = {},
  piece = 4096,
): { events: readonly AgentEvent[]; said: AgentSaid } {
  const bytes = readFileSync(new URL(`../../samples/claude/${sample}.jsonl`, import.meta.url));
  const reader = agent.reader(request);
  const events: AgentEvent[] = [];
  for (let at = 0; at < bytes.length; at += piece) events.push(...reader.feed(bytes.subarray(at, at + piece)));
  const end = { exitCode: 0, durationMs: 5, lastLines: ['x'], log: '/log', endedAt: '2026-11-23T13:57:41.000Z' };
  return { events, said: reader.end({ ...end, ...exit }) };
}

describe('what Claude Code printed', () => {
  test.each(['2.1.197/ok', '2.1.330/ok', '2.1.197/retry-then-ok'])('%s: a success with a result block', (sample) => {
    const { events, said } = read(sample);
    expect(said).toMatchObject({ kind: 'finished', result: { kind: 'valid', block: { status: 'success' } } });
    expect(events.filter(({ kind }) => kind === 'session')).toHaveLength(1);
    expect(events.findLast(({ kind }) => kind === 'usage')).toMatchObject({ usage: { claimed: false } });
  });

  test('tokens are those of its result event; lines show what it does', () => {
    const { events } = read('2.1.197/ok');
    expect(events.findLast(({ kind }) => kind === 'usage')).toEqual({
      kind: 'usage',
      usage: { ...noUsage, input: 4800, cacheRead: 16_000, output: 228 },
    });
    expect(events.flatMap((event) => (event.kind === 'activity' ? [event.line] : []))).toEqual([
      'Reading.',
      'Read: /workspace/calc.js',
      'Edit: /workspace/calc.js',
      expect.stringMatching(/^Bash: node -e/),
      expect.stringMatching(/^Work is finished\./),
    ]);
  });

  test('it reads the same in pieces of any size', () => {
    for (const piece of [1, 13, 1_000_000]) expect(read('2.1.197/ok', {}, piece)).toEqual(read('2.1.197/ok'));
  });

  test.each([
    ['2.1.197/limit', '2026-11-23T15:36:38.000Z'],
    ['2.1.330/limit', undefined],
    ['2.1.197/limit-other-day', undefined],
  ])('%s: a usage limit with its reset', (sample, until) => {
    const { said } = read(sample, { exitCode: 1 });
    expect(said.kind).toBe('limited');
    const at = said.kind === 'limited' ? said.until : undefined;
    expect(at).toMatch(/^2026-11-2\dT/);
    if (until !== undefined) expect(at).toBe(until);
  });

  test('a rate limit that outlived its retries is a limit without a reset', () => {
    expect(read('2.1.197/rate-limited', { exitCode: 1 }).said).toEqual({ kind: 'limited' });
  });

  test('a success that carries an allowed limit is a success', () => {
    expect(read('2.1.197/limit-allowed-success').said).toMatchObject({ kind: 'finished', result: { kind: 'missing' } });
  });

  test('a refused key stops the agent', () => {
    expect(read('2.1.197/auth', { exitCode: 1 }).said).toMatchObject({
      failure: { reason: 'agent-not-authorised', agent: 'claude', text: expect.stringContaining('401') as string },
    });
  });

  test('a failure it reports is in its block', () => {
    expect(read('2.1.197/reports-failure').said).toMatchObject({
      result: { kind: 'valid', block: { status: 'failed' } },
    });
  });

  test('an error of the server is an exit, in its own words', () => {
    expect(read('2.1.197/server-error', { exitCode: 1 }).said).toMatchObject({
      failure: { reason: 'agent-exited', exitCode: 1, lastLines: [expect.stringContaining('500')] },
    });
  });

  test('a stream without an end event is no success, whatever the exit code', () => {
    expect(read('2.1.197/stalled', { exitCode: 0 }).said).toMatchObject({
      kind: 'failed',
      failure: { reason: 'agent-exited' },
    });
  });

  test.each([
    ['No conversation found with session ID: 1234', 'session-lost'],
    ['Not logged in · Please run /login', 'agent-not-authorised'],
    ['Segmentation fault', 'agent-exited'],
  ])('plain text "%s" gives %s', (text, reason) => {
    const reader = agent.reader(request);
    reader.feed(new TextEncoder().encode(`${text}\n`));
    const exit = { exitCode: 1, durationMs: 5, lastLines: ['x'], log: '/log', endedAt: '2026-11-23T13:57:41.000Z' };
    expect(reader.end(exit)).toMatchObject({ failure: { reason } });
  });
});

describe('its command line', () => {
  test('reads the prompt on stdin and keeps out what the host has set up', () => {
    const command = agent.command({ ...request, session: { id: 's-1', agent: 'claude', usedBefore: noUsage } });
    expect(command).toMatchObject({ file: 'claude', stdin: 'prompt', env: { DISABLE_AUTOUPDATER: '1' } });
    expect(command.args.join(' ')).toBe(
      '-p --output-format stream-json --verbose --setting-sources  --strict-mcp-config --permission-mode bypassPermissions --resume s-1',
    );
  });

  test('does not ask for what root is refused', () => {
    const args = claudeAgent({ environment: {}, isRoot: true }).command(request).args;
    expect(args).toContain('dontAsk');
    expect(args).not.toContain('bypassPermissions');
  });

  test('a missing program is said with the command that installs it', async () => {
    expect(await agent.probe(settings)).toMatchObject({
      kind: 'missing',
      fix: expect.stringContaining('npm install -g @anthropic-ai/claude-code') as string,
    });
  });
});
