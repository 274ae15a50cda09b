import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { safe } from '../src/html.mjs';
import { jobWidget, weekOf } from '../src/widgets.mjs';

test('a week runs from Monday to Sunday, whatever its day', () => {
  for (const day of ['2026-02-02', '2026-02-05', '2026-02-08']) {
    const week = weekOf(new Date(`${day}T12:00:00Z`));
    assert.deepEqual([week[0], week[6]], ['2026-02-02', '2026-02-08'], `week of ${day}`);
  }
});

test('a job shows how far it is', () => {
  assert.equal(jobWidget({ title: 'a<b', done: 1, of: 3 }), `<div class="job" data-percent="33">${safe('a<b')}</div>`);
  assert.match(jobWidget({ title: 'x', done: 0, of: 0 }), /data-percent="0"/);
});
