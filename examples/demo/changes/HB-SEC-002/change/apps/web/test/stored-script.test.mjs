import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { titleHtml } from '../src/task-title.mjs';

test('a script in a title is shown, not run', () => {
  const html = titleHtml({ title: '<script>steal()</script>', urgent: false });
  assert.ok(!html.includes('<script>'), `a script came through: ${html}`);
  assert.ok(html.includes('&lt;script&gt;'), `the title was lost: ${html}`);
});
