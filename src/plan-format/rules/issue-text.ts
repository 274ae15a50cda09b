import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (issue: string) => example('id | status | description | issue', `T-1 | not-started | x | ${issue}`);

/** Only numbers can be looked up; other text reaches the agent as it is. */
export const issueText: Rule = {
  code: 'issue-text',
  severity: 'warning',
  meaning: '`issue` is `#123`, or several; other text is passed on as it is, with a warning.',
  bad: ['see wiki', '123', 'PROJ-7'].map((text) => ({ plan: plan(text), at: '3:27' })),
  good: ['#123', '#1, #2', '#1 #2', '', 'none'].map((text) => ({ plan: plan(text) })),
  *check({ rows }) {
    for (const row of rows) {
      const text = row.isBroken ? '' : textIn(row, 'issue');
      const cell = cellIn(row, 'issue');
      if (text === '' || cell === undefined || /^#\d{1,9}(?:[\s,]+#\d{1,9})*$/.test(text)) continue;
      const message = `Unexpected text ${quoted(text)} in \`issue\`, expected numbers such as #123`;
      yield {
        range: cell.content,
        message,
        advice: 'the agent gets this text as it is; write `#` before a number to have the issue looked up',
      };
    }
  },
};
