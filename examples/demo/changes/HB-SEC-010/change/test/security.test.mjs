import assert from 'node:assert/strict';
import { test } from '../scripts/harness.mjs';
import { auditLine } from '../apps/api/src/audit.mjs';
import { Sessions } from '../apps/api/src/sessions.mjs';
import { issueToken, readToken } from '../apps/api/src/tokens.mjs';
import { admission } from '../apps/orchestrator/src/endpoints.mjs';
import { titleHtml } from '../apps/web/src/task-title.mjs';

test('a visitor comes in by a good token only, and under a new session id', () => {
  let last = 0;
  const sessions = new Sessions(() => `s${(last += 1)}`);
  const visitor = sessions.begin();
  assert.equal(readToken(issueToken({ sub: 'ada', exp: 10 }, 'key'), 'key', 20), undefined);
  const { sub } = readToken(issueToken({ sub: 'ada', exp: 30 }, 'key'), 'key', 20);
  assert.notEqual(sessions.login(visitor, sub), visitor);
  assert.equal(admission({ method: 'DELETE', path: '/jobs', roles: [] }), 401);
});

test('what is logged of a login holds no secret', () => {
  const line = auditLine({ user: 'ada', action: 'login', details: { password: 'hunter2', from: '10.0.0.7' } });
  assert.ok(!line.includes('hunter2'), `a password is logged: ${line}`);
  assert.ok(line.includes('from=10.0.0.7'), line);
});

test('what people write is shown as they wrote it', () => {
  assert.ok(titleHtml({ title: 'a < b & c', urgent: false }).includes('a &lt; b &amp; c'));
});
