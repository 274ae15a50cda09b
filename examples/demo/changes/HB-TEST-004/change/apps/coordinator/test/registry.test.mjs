import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { Registry } from '../src/registry.mjs';

test('an agent is alive until it has been silent for too long', () => {
  const registry = new Registry(1000);
  registry.report('bob', 0);
  registry.report('ada', 500);
  assert.deepEqual(registry.alive(900), ['ada', 'bob'], 'agents are listed in order');
  assert.deepEqual(registry.alive(1400), ['ada']);
});
