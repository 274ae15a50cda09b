import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { issueToken, readToken } from '../src/tokens.mjs';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('an unsigned token is refused', () => {
  const unsigned = `${encode({ alg: 'none' })}.${encode({ sub: 'ada' })}.`;
  assert.equal(readToken(unsigned, 'key', 1000), undefined);
});

test('a token that has expired is refused', () => {
  const token = issueToken({ sub: 'ada', exp: 1000 }, 'key');
  assert.equal(readToken(token, 'key', 1001), undefined, 'a token that expired at 1000 was taken at 1001');
  assert.notEqual(readToken(token, 'key', 999), undefined, 'a token that is still good was refused');
});
