// Level: unit.
import { expect, test } from 'vitest';
import { resetTime } from '../../../src/adapters/agent/reset-time.ts';

const now = '2026-11-23T13:57:41.000Z';

test.each([
  ["You've hit your session limit · resets 3:36pm (UTC)", '2026-11-23T15:36:00.000Z'],
  ['resets 9am (UTC)', '2026-11-24T09:00:00.000Z'],
  ['resets 12am (UTC)', '2026-11-24T00:00:00.000Z'],
  ['resets 12:30pm (UTC)', '2026-11-24T12:30:00.000Z'],
  ['resets Nov 25, 9:50pm (UTC)', '2026-11-25T21:50:00.000Z'],
  ['resets Jan 2, 9:50pm (UTC)', '2027-01-02T21:50:00.000Z'],
  ['resets 10am (America/New_York)', '2026-11-23T15:00:00.000Z'],
  ['resets 8pm (Europe/Berlin)', '2026-11-23T19:00:00.000Z'],
  ['You’ve hit your usage limit. … try again at 3:29 PM.', '2026-11-23T15:29:00.000Z'],
  ['try again at Nov 25th, 2026 9:50 PM.', '2026-11-25T21:50:00.000Z'],
  ['limit until 2026-11-23T16:00:00+01:00.', '2026-11-23T15:00:00.000Z'],
])('%s', (text, at) => {
  expect(resetTime(text, now)).toBe(at);
});

test.each([['usage limit reached'], ['resets 25pm (UTC)'], ['resets 3pm (Nowhere/Land)'], ['try again later'], ['']])(
  'no time can be told from "%s"',
  (text) => {
    expect(resetTime(text, now)).toBeUndefined();
  },
);
