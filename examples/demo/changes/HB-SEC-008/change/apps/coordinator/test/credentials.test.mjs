import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { storeCredentials } from '../src/credentials.mjs';

test('without settings there is no way in', () => {
  assert.throws(() => storeCredentials({}), /STORE_USER/);
  assert.throws(() => storeCredentials({ STORE_USER: 'ada' }), /STORE_PASSWORD/);
});

test('what is set is used', () => {
  const given = { STORE_USER: 'ada', STORE_PASSWORD: 'x' };
  assert.deepEqual(storeCredentials(given), { user: 'ada', password: 'x' });
});
