import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { LoginLimiter } from '../src/login-limiter.mjs';

test('the fourth try within a minute has to wait', () => {
  const limiter = new LoginLimiter({ allowed: 3, windowMs: 60_000 });
  const answers = [0, 10, 20, 30].map((now) => limiter.mayTry('ada', now));
  assert.deepEqual(answers, [true, true, true, false]);
});

test('a minute later, and for somebody else, it goes ahead', () => {
  const limiter = new LoginLimiter({ allowed: 1, windowMs: 60_000 });
  assert.equal(limiter.mayTry('ada', 0), true);
  assert.equal(limiter.mayTry('bob', 1), true);
  assert.equal(limiter.mayTry('ada', 60_001), true);
});
