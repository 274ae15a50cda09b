import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { changeForm, isOurForm } from '../src/forms.mjs';

test('a form carries the token of its session', () => {
  assert.match(changeForm({ action: '/jobs', label: 'Add' }, 't0k'), /name="csrf" value="t0k"/);
});

test('a form without that token is not ours', () => {
  assert.equal(isOurForm({ csrf: 't0k' }, 't0k'), true);
  assert.equal(isOurForm({ sent: '1' }, 't0k'), false);
  assert.equal(isOurForm({ csrf: '' }, ''), false);
});
