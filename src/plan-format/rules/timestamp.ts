import { isSettled } from '../../domain/row-status.ts';
import { isTimestamp, parseStatus } from '../columns.ts';
import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (status: string, at: string) =>
  example('id | status | description | started_at', `T-1 | ${status} | x | ${at}`);

/** Times are ISO 8601; in rows that are over, a bad one changes nothing any more. */
export const timestamp: Rule = {
  code: 'timestamp',
  severity: 'error',
  meaning: '`started_at` and `completed_at` are dates or times of ISO 8601; in settled rows a bad one is a warning.',
  bad: [
    { plan: plan('in-progress', 'yesterday'), at: '3:27' },
    { plan: plan('done', '2026-02-30T10:00:00Z'), at: '3:20' },
    { plan: plan('done', '05.02.2026'), at: '3:20' },
    { plan: plan('done', '2026-02-05T10:00+99:99'), at: '3:20' },
    { plan: plan('done', '2026-02-05T25:00Z'), at: '3:20' },
  ],
  good: ['2026-02-05T14:30:00Z', '2026-02-05T14:30:00.123+01:00', '2026-02-05', '2024-02-29 14:30', '', '—'].map(
    (at) => ({
      plan: plan('done', at),
    }),
  ),
  *check({ rows }) {
    for (const row of rows) {
      if (row.isBroken) continue;
      for (const column of ['started_at', 'completed_at'] as const) {
        const text = textIn(row, column);
        const cell = cellIn(row, column);
        if (text === '' || cell === undefined || isTimestamp(text)) continue;
        yield {
          range: cell.content,
          severity: isSettled(parseStatus(textIn(row, 'status')) ?? 'not-started') ? 'warning' : 'error',
          message: `Unexpected time ${quoted(text)} in \`${column}\`, expected ISO 8601 such as 2026-02-05T14:30:00Z`,
          advice: 'correct it, or leave the cell empty',
        };
      }
    }
  },
};
