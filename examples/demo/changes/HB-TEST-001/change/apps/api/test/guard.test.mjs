import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { mayPass } from '../src/guard.mjs';

test('nobody passes without a session', () => {
  assert.equal(mayPass(undefined, 'viewer'), false);
  assert.equal(mayPass({ roles: ['viewer'] }, 'viewer'), false);
});

test('a role passes by its whole name only', () => {
  assert.equal(mayPass({ user: 'ada', roles: ['operator'] }, 'operator'), true);
  assert.equal(mayPass({ user: 'ada', roles: ['co-operator'] }, 'operator'), false, 'part of a name was enough');
});
