import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { withDefaults } from '../src/preferences.mjs';

test('no, nothing and empty are answers too', () => {
  const given = { notify: false, pageSize: 0, signature: '' };
  assert.deepEqual(withDefaults(given), given);
});

test('what was not answered gets our default', () => {
  assert.deepEqual(withDefaults({}), { notify: true, pageSize: 25, signature: 'Sent by Harbour' });
});
