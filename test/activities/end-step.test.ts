// Level: activity, with real processes.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endStep } from '../../src/activities/end-step.ts';
import { createRig, keyOf, program, reading, type Rig } from '../support/supervised.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.end());

test('ends a step once, says so again when asked again, and knows nothing of others', async () => {
  const step = await rig.supervisor.startOrAdopt(keyOf('T1'), program('forever'));
  await reading(step).until('begun');
  const ports = { supervisor: rig.supervisor };
  expect(await endStep(ports, { key: keyOf('T1'), graceMs: 500 })).toBe('killed');
  expect(await endStep(ports, { key: keyOf('T1'), graceMs: 500 })).toBe('was-over');
  expect(await endStep(ports, { key: keyOf('T2'), graceMs: 500 })).toBe('unknown');
});
