// Level: unit.
import { describe, expect, test } from 'vitest';
import { cellLine, causeOf, failureLine } from '../../src/domain/failure-line.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { failurePolicy } from '../../src/domain/failure.ts';
import { commitSha } from '../../src/domain/ids.ts';

const evidence = { durationMs: 1, lastLines: [], log: '' };
const sha = commitSha('a'.repeat(40));
const samples: readonly Failure[] = [
  { reason: 'agent-exited', exitCode: 2, ...evidence },
  { reason: 'agent-exited', signal: 'SIGKILL', ...evidence },
  { reason: 'agent-exited', ...evidence },
  { reason: 'agent-stalled', silentMs: 600_000, ...evidence },
  { reason: 'agent-stalled', silentMs: 45_000, ...evidence },
  { reason: 'agent-over-limit', limit: 'time', ...evidence },
  { reason: 'agent-over-limit', limit: 'time', max: 2_700_000, ...evidence },
  { reason: 'agent-over-limit', limit: 'output', max: 1024 * 1024, ...evidence },
  { reason: 'agent-not-authorised', agent: 'a', text: 'log in' },
  { reason: 'agent-missing', agent: 'a', text: 'no such file' },
  { reason: 'agent-reported-failure', text: 'too hard' },
  { reason: 'result-missing', text: '' },
  { reason: 'result-invalid', text: 'no status' },
  { reason: 'result-of-other-task', text: 'T9' },
  { reason: 'no-commit', text: '' },
  { reason: 'commit-missing', claimed: 'abc', base: sha },
  { reason: 'commit-not-on-base', base: sha },
  { reason: 'plan-file-touched', paths: ['docs/tasks.md'] },
  { reason: 'protected-files-touched', paths: ['package.json'] },
  { reason: 'gate-failed', gate: 'lint', command: 'x', exitCode: 1, ...evidence },
  { reason: 'gate-errored', gate: 'lint', command: 'x', ...evidence },
  { reason: 'landing-conflict', paths: ['a', 'b'], branch: 'work' },
  { reason: 'base-conflict', paths: ['a'], branch: 'work' },
  { reason: 'branch-rewritten', branch: 'work', was: sha },
  { reason: 'push-refused', branch: 'work', text: 'protected' },
  { reason: 'session-lost', agent: 'a' },
  { reason: 'workspace-lost', host: 'h' },
  { reason: 'repo-missing', repo: 'api', looked: ['apps/api'] },
  { reason: 'set-up-failed', command: 'npm ci', exitCode: 1, ...evidence },
  { reason: 'cancelled', by: 'ann', why: 'wrong task' },
];

describe('a failure as one line', () => {
  test('every reason has a sample, and each sample its own words', () => {
    expect(new Set(samples.map(({ reason }) => reason))).toEqual(new Set(Object.keys(failurePolicy)));
    expect(new Set(samples.map(failureLine)).size).toBe(samples.length);
  });

  test('a limit is named by its size', () => {
    const over = { reason: 'agent-over-limit', ...evidence } as const;
    expect(failureLine({ ...over, limit: 'output', max: 1024 * 1024 })).toBe('the agent printed more than 1 MiB');
    expect(failureLine({ ...over, limit: 'output', max: 500 })).toBe('the agent printed more than 500 bytes');
    expect(failureLine({ ...over, limit: 'time', max: 2_700_000 })).toBe('the agent ran longer than 45 minutes');
  });

  test.each(samples.map((failure) => [failure.reason, failure] as const))(
    '%s is one bounded line',
    (_reason, failure) => {
      expect(failureLine(failure)).toMatch(/^[^\n]{5,200}$/);
      expect(failureLine(failure)).not.toContain('undefined');
    },
  );

  test('text of strangers is bounded and safe', () => {
    const text = failureLine({ reason: 'agent-reported-failure', text: `${'x'.repeat(500)}\u202e\n` });
    expect(text.length).toBeLessThanOrEqual(200);
    expect(cellLine('a\n\u001b[31mb')).toBe('a b');
  });

  test('the breaker tells gates apart by name', () => {
    expect(samples.map(causeOf)).toContain('gate lint');
    expect(causeOf({ reason: 'session-lost', agent: 'a' })).toBe('session-lost');
  });
});
