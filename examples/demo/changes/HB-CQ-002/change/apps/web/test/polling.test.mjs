import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { poller } from '../src/polling.mjs';

test('a query that changed is asked from then on', () => {
  const settings = { query: 'all' };
  const poll = poller(settings, (query) => query);
  assert.equal(poll(), 'all');
  settings.query = 'mine';
  assert.equal(poll(), 'mine');
});
