import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { admission, endpoints } from '../src/endpoints.mjs';

test('only the health check is open to everybody', () => {
  const open = endpoints.filter(({ method, path }) => admission({ method, path, roles: [] }) === 200);
  assert.deepEqual(open.map(({ path }) => path), ['/health']);
});

test('a job is claimed by agents and deleted by operators', () => {
  assert.equal(admission({ method: 'POST', path: '/jobs/claim', roles: ['agent'] }), 200);
  assert.equal(admission({ method: 'DELETE', path: '/jobs', roles: ['agent'] }), 403);
  assert.equal(admission({ method: 'DELETE', path: '/jobs', roles: ['operator'] }), 200);
});
