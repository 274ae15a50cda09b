import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { pageHeaders } from '../src/headers.mjs';

test('every page forbids foreign scripts, frames and sniffing', () => {
  const headers = pageHeaders('text/html');
  assert.match(headers['content-security-policy'] ?? 'missing', /default-src 'self'.*frame-ancestors 'none'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
});
