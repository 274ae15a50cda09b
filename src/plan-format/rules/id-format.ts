import { isTaskId } from '../../domain/ids.ts';
import { cellIn, idPattern } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (id: string) => example('id | status | description', `${id} | done | x`);

/** Ids stand in refs, folders, commits and command lines: nothing in them may need escaping. */
export const idFormat: Rule = {
  code: 'id-format',
  severity: 'error',
  meaning: 'Every row has an id that matches the pattern.',
  bad: [
    ...[
      '../x',
      'a/b',
      '-x',
      '--help',
      '.git',
      'con',
      'HEAD',
      `T-${'1'.repeat(300)}`,
      '🙂',
      '$(id)',
      'T-1;rm',
      '&#84;-1',
    ],
    ...['(a+)+$', 'T 1', '`T-1`', 't-1', 'T1', `${'A'.repeat(60)}!`],
  ]
    .map((id) => ({ plan: plan(id), at: '3:3' }))
    .concat({ plan: plan(''), at: '3:3' }, { plan: plan('-'), at: '3:3' }),
  good: [
    ...['T-1', 'MS-SEC-001', 'A2-B3-4'].map((id) => ({ plan: plan(id) })),
    { plan: plan('task.7'), format: { idPattern: String.raw`^task\.\d+$` } },
  ],
  *check({ rows, format, isId }) {
    const pattern =
      idPattern(format) === undefined
        ? 'a valid pattern (`idPattern` of the config is none)'
        : quoted(format.idPattern);
    for (const row of rows) {
      const cell = cellIn(row, 'id');
      if (cell === undefined || isId(cell.text)) continue;
      // A line without pipes below the table is named by `glued-text`; its text is no id.
      if (row.isBroken && row.row.cells.length === 1) continue;
      const isShape = isTaskId(cell.text);
      yield {
        range: cell.content,
        message: `Unexpected ${cell.text === '' ? 'empty id' : `id ${quoted(cell.text)}`}, expected one that matches ${pattern}`,
        advice: isShape
          ? 'change the id, or set `idPattern` in the config'
          : 'use letters, digits, `-`, `_` and `.`, at most 100 of them',
      };
    }
  },
};
