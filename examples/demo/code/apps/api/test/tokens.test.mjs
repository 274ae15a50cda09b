import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { issueToken, readToken } from '../src/tokens.mjs';

test('a token that we issued is read back', () => {
  assert.deepEqual(readToken(issueToken({ sub: 'ada' }, 'key'), 'key', 1000), { sub: 'ada' });
});

test('a token signed with another key is refused', () => {
  assert.equal(readToken(issueToken({ sub: 'ada' }, 'other'), 'key', 1000), undefined);
});
