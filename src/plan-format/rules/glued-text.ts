import { example } from './rule.ts';
import type { Rule } from './rule.ts';

/** Text right below a table is a row of it, however it looks. */
export const gluedText: Rule = {
  code: 'glued-text',
  severity: 'error',
  meaning: 'Text below a table is set off by a blank line.',
  bad: [{ plan: `${example('id | status | description', 'T-1 | done | x')}That is all.\n`, at: '4:1' }],
  good: [{ plan: `${example('id | status | description', 'T-1 | done | x')}\nThat is all.\n` }],
  *check({ rows, document }) {
    for (const { row, isBroken } of rows) {
      if (!isBroken || document.text.slice(row.range.start, row.range.end).includes('|')) continue;
      yield {
        range: row.range,
        message: 'Unexpected text right below a table, expected a row or a blank line',
        advice: 'leave a blank line between the table and the text',
      };
    }
  },
};
