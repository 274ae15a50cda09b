import assert from 'node:assert/strict';
import { test } from '../scripts/harness.mjs';
import { readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));

test('from here on a module without a test is an error', () => {
  assert.equal(read('checks/coverage.json').demand, 'every module');
});

test('every phase has left its proofs', () => {
  assert.ok(read('checks/phases.json').length >= 4);
});
