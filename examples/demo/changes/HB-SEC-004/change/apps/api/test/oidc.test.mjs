import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { refuseClaims } from '../src/oidc.mjs';

const expected = { issuer: 'https://id.example.org', clientId: 'harbour', nonce: 'n1' };
const claims = { sub: 'ada', iss: 'https://id.example.org', aud: 'harbour', nonce: 'n1' };

test('claims that are for us are taken', () => {
  assert.equal(refuseClaims(claims, expected), undefined);
  assert.equal(refuseClaims({ ...claims, aud: ['other', 'harbour'] }, expected), undefined);
});

test('another issuer, audience or nonce is refused', () => {
  for (const wrong of [{ iss: 'https://evil.example.org' }, { aud: 'other' }, { aud: undefined }, { nonce: 'n2' }]) {
    assert.notEqual(refuseClaims({ ...claims, ...wrong }, expected), undefined, JSON.stringify(wrong));
  }
});
