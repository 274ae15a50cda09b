import { isSettled } from '../../domain/row-status.ts';
import { parseStatus } from '../columns.ts';
import { cellIn, textIn } from '../rows.ts';
import { parseTokenCount } from '../token-count.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (estimate: string, status = 'not-started') =>
  example('id | status | estimate | description', `T-1 | ${status} | ${estimate} | x`);

/** Amounts of tokens are read exactly; a guess would move the order of the run and its budget. */
export const tokenNumber: Rule = {
  code: 'token-number',
  severity: 'error',
  meaning: '`estimate` and `used` are amounts such as 950, 5K, 4.2K or 1.2M; in settled rows a bad one is a warning.',
  bad: [
    ...['much', '5 K', '1e9', '0x10', '٣', 'NaN', '-5K', '1,000', '1.5'].map((text) => ({
      plan: plan(text),
      at: '3:23',
    })),
    { plan: plan('?', 'done'), at: '3:16' },
  ],
  good: ['5K', '40k', '1.2M', '950', '', 'n/a'].map((text) => ({ plan: plan(text) })),
  *check({ rows }) {
    for (const row of rows) {
      if (row.isBroken) continue;
      for (const column of ['estimate', 'used'] as const) {
        const text = textIn(row, column);
        const cell = cellIn(row, column);
        if (text === '' || cell === undefined || parseTokenCount(text) !== undefined) continue;
        yield {
          range: cell.content,
          severity: isSettled(parseStatus(textIn(row, 'status')) ?? 'not-started') ? 'warning' : 'error',
          message: `Unexpected amount ${quoted(text)} in \`${column}\`, expected tokens such as 950, 5K, 4.2K or 1.2M`,
          advice: 'correct it, or leave the cell empty',
        };
      }
    }
  },
};
