import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { escapeHtml } from '../src/html.mjs';
import { userFromClaims } from '../src/user-info.mjs';

test('a person has at least an id', () => {
  assert.deepEqual(userFromClaims({ sub: 'u1' }), { id: 'u1', name: 'u1' });
});

test('an address counts when the provider has verified it', () => {
  const claims = { sub: 'u1', name: 'Ada', email: 'ada@example.org' };
  assert.equal(userFromClaims(claims).email, undefined, 'an address nobody verified was taken');
  assert.equal(userFromClaims({ ...claims, email_verified: true }).email, 'ada@example.org');
});

test('a name can be shown', () => {
  assert.equal(escapeHtml(userFromClaims({ sub: 'u1', name: "O'Neil" }).name), 'O&#39;Neil');
});
