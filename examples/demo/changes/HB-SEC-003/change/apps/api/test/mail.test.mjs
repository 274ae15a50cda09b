import assert from 'node:assert/strict';
import { test } from '../../../scripts/harness.mjs';
import { jobMail } from '../src/mail.mjs';

test('what people wrote cannot become markup in a mail', () => {
  const { html } = jobMail({ to: 'ada@example.org', job: '<i>J</i>', note: '<img src=x>' });
  assert.ok(!/<i>|<img/.test(html), `markup came through: ${html}`);
});

test('the mail names the job', () => {
  assert.equal(jobMail({ to: 'ada@example.org', job: 'J-7', note: '' }).subject, 'Job J-7');
});
