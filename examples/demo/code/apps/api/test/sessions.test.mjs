import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { Sessions } from '../src/sessions.mjs';

test('a session belongs to nobody until somebody logs in', () => {
  let last = 0;
  const sessions = new Sessions(() => `s${(last += 1)}`);
  const id = sessions.begin();
  assert.equal(sessions.userOf(id), undefined);
  assert.equal(sessions.userOf(sessions.login(id, 'ada')), 'ada');
});
