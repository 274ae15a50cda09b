import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { openPanel } from '../src/agent-panel.mjs';

const stateEvent = (state) => Object.assign(new Event('state'), { state });

test('a closed panel no longer listens', () => {
  const agent = new EventTarget();
  const shown = [];
  const panel = openPanel(agent, (state) => shown.push(state));
  agent.dispatchEvent(stateEvent('busy'));
  panel.close();
  agent.dispatchEvent(stateEvent('idle'));
  assert.deepEqual(shown, ['busy']);
});
