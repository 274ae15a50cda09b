import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { titleHtml } from '../src/task-title.mjs';

test('an urgent job is marked', () => {
  const html = titleHtml({ title: 'Paint the hull', urgent: true });
  assert.equal(html, '<span class="title urgent">Paint the hull</span>');
});
