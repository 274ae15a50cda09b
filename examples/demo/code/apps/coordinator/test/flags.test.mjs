import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { isOn } from '../src/flags.mjs';

test('what is switched on is on', () => {
  assert.equal(isOn('parallelJobs'), true);
});
