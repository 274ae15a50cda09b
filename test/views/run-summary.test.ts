// Level: unit.
import { expect, test } from 'vitest';
import type { WaitReason } from '../../src/domain/decide/commands.ts';
import { taskId } from '../../src/domain/ids.ts';
import { runSummary } from '../../src/views/run-summary.ts';

function failedTask(id: string): WaitReason {
  return { task: taskId(id), kind: 'settled', as: 'failed', note: 'gate lint failed\nwith exit code 1' };
}

test('a stop says once that it was one, by whom and why, whether or not a phase was open', () => {
  const rest = 'Rows of this run that were not finished are back to not-started.';
  const said = (why: string) => runSummary({ kind: 'stopped', why }, []);
  expect(said('stopped by ann: wrong agent')).toBe(`Stopped by ann: wrong agent. ${rest}`);
  expect(said('by ann: wrong agent.')).toBe(`Stopped by ann: wrong agent. ${rest}`);
  expect(said('by ann')).toBe(`Stopped by ann. ${rest}`);
});

test('a run that needs a person says so first, then one task per line', () => {
  const reasons = [failedTask('A'), { task: taskId('B'), kind: 'settled', as: 'blocked', note: 'no key' }] as const;
  expect(runSummary({ kind: 'deadlocked', reasons }, []).split('\n')).toEqual([
    'Blocked: a person is needed. Nothing runs, nothing is ready, and nothing is waited for.',
    '- A: Failed: gate lint failed with exit code 1.',
    '- B: Is blocked: no key.',
  ]);
});

test('failures are one task per line, and many are counted', () => {
  const reasons = Array.from({ length: 23 }, (_, number) => failedTask(`T${number}`));
  const lines = runSummary({ kind: 'finished-with-failures', reasons }, []).split('\n');
  expect(lines).toHaveLength(22);
  expect(lines.at(0)).toBe('Finished with failures.');
  expect(lines.at(-1)).toBe('- and 3 more');
});

test('a run that is through counts its tasks and phases', () => {
  expect(runSummary({ kind: 'completed' }, [{ tasks: 3 }, { tasks: 1 }])).toBe(
    'All 4 tasks in 2 phases are done or skipped.',
  );
  expect(runSummary({ kind: 'completed' }, [{ tasks: 1 }])).toBe('The one task is done or skipped.');
});
