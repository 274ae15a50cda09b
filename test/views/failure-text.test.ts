// Level: unit.
import { describe, expect, test } from 'vitest';
import { failurePolicy } from '../../src/domain/failure.ts';
import { failureInFull, failureInOneLine, failureWithEvidence } from '../../src/views/failure-text.ts';

const failure = {
  reason: 'gate-failed',
  gate: 'lint',
  command: 'npm run lint',
  exitCode: 1,
  durationMs: 900,
  lastLines: ['src/a.ts', '  unexpected \u001b[31mtoken', ''],
  log: '/logs/1',
} as const;

describe('a failure in three lengths', () => {
  test('one line', () => {
    expect(failureInOneLine(failure)).toBe('gate lint failed with exit code 1');
  });

  test('one line with the last thing it printed', () => {
    expect(failureWithEvidence(failure)).toBe('gate lint failed with exit code 1 — unexpected token');
    expect(failureWithEvidence({ reason: 'session-lost', agent: 'coder' })).toBe(
      'the session of agent coder cannot be resumed',
    );
  });

  test('everything, with what to do, and no control character', () => {
    const text = failureInFull(failure);
    expect(text.split('\n')).toEqual([
      'gate lint failed with exit code 1',
      'command: npm run lint',
      'end of its output:',
      '    src/a.ts',
      expect.stringContaining('unexpected'),
      '    ',
      'whole output: /logs/1',
      `what to do: ${failurePolicy['gate-failed'].advice}`,
    ]);
    expect(text).not.toContain('\u001b');
  });
});
