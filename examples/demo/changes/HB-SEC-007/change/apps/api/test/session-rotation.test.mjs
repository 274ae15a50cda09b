import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { Sessions } from '../src/sessions.mjs';

test('an id that was known before the login is worth nothing after it', () => {
  let last = 0;
  const sessions = new Sessions(() => `s${(last += 1)}`);
  const before = sessions.begin();
  const after = sessions.login(before, 'ada');
  assert.notEqual(after, before, 'the id stayed the same at login');
  assert.equal(sessions.userOf(before), undefined);
});
