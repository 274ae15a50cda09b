import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { jobCounts } from '../src/dashboard.mjs';

test('an empty harbour shows no jobs', () => {
  assert.deepEqual(jobCounts([]), {});
});

test('jobs are counted by state', () => {
  const jobs = [{ state: 'done' }, { state: 'running' }, { state: 'done' }];
  assert.deepEqual(jobCounts(jobs), { done: 2, running: 1 });
});
