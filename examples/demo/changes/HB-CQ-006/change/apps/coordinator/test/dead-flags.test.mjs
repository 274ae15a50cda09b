import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { flags, isOn } from '../src/flags.mjs';

test('only flags that something reads are left', () => {
  assert.deepEqual(Object.keys(flags), ['parallelJobs']);
});

test('a name nobody knows is an error', () => {
  assert.throws(() => isOn('legacyQueue'), /no flag legacyQueue/);
});
