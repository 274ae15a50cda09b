import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { claimJob } from '../src/claims.mjs';

test('two agents that ask at once get two jobs', async () => {
  const jobs = new Map(['J-1', 'J-2'].map((id) => [id, { id, state: 'free' }]));
  const store = {
    free: async () => [...jobs.values()].filter(({ state }) => state === 'free'),
    put: async (id, job) => void jobs.set(id, job),
    replace: async (id, from, to) => jobs.get(id) === from && Boolean(jobs.set(id, to)),
  };
  const claimed = await Promise.all([claimJob(store, 'ada'), claimJob(store, 'bob')]);
  assert.deepEqual(claimed.map((job) => job?.id).sort(), ['J-1', 'J-2']);
});
