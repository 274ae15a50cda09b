import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { claimJob } from '../src/claims.mjs';

test('the oldest free job is claimed', async () => {
  const jobs = new Map([['J-1', { id: 'J-1', state: 'free' }]]);
  const store = {
    free: async () => [...jobs.values()].filter(({ state }) => state === 'free'),
    put: async (id, job) => void jobs.set(id, job),
    replace: async (id, from, to) => jobs.get(id) === from && Boolean(jobs.set(id, to)),
  };
  assert.equal((await claimJob(store, 'ada')).id, 'J-1');
  assert.equal(await claimJob(store, 'bob'), undefined);
});
