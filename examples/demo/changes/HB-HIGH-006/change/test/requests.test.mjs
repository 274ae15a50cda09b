import assert from 'node:assert/strict';
import { test } from '../scripts/harness.mjs';
import { LoginLimiter } from '../apps/api/src/login-limiter.mjs';
import { sessionCookie } from '../apps/web/src/cookies.mjs';
import { changeForm, isOurForm } from '../apps/web/src/forms.mjs';

test('another site can neither read the session nor send a form in its name', () => {
  const cookie = sessionCookie('s 1', 60);
  const missing = ['HttpOnly', 'Secure', 'SameSite=Lax'].filter((word) => !cookie.includes(word));
  assert.deepEqual(missing, []);
  const sent = /value="([^"]+)"/.exec(changeForm({ action: '/', label: 'Go' }, 'k'))?.[1];
  assert.equal(isOurForm({ csrf: sent }, 'k'), true);
});

test('guessing passwords is slow', () => {
  const limiter = new LoginLimiter({ allowed: 5, windowMs: 1000 });
  const tries = Array.from({ length: 50 }, (_, now) => limiter.mayTry('ada', now));
  assert.equal(tries.filter(Boolean).length, 5);
});
