import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { completeJob } from '../src/completion.mjs';

test('a report that comes twice counts once', () => {
  const jobs = new Map([['J-1', { state: 'claimed' }]]);
  const totals = { done: 0 };
  const answers = ['good', 'late'].map((result) => completeJob(jobs, totals, { id: 'J-1', result }));
  assert.deepEqual(answers, ['recorded', 'known']);
  assert.equal(totals.done, 1);
  assert.equal(jobs.get('J-1').result, 'good');
});
