import { cellIn } from '../rows.ts';
import type { Reading } from '../reading.ts';
import type { Mention, ReadRow } from '../rows.ts';
import { example, listed, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const header = 'id | status | description | depends_on | blocks';

/** `blocks` is the other side of `depends_on`. The edge holds from either side; a reader of one column should see it. */
export const oneSidedBlocks: Rule = {
  code: 'one-sided-blocks',
  severity: 'warning',
  meaning:
    'What `blocks` says, `depends_on` of the other row says too; a row that fills `blocks` names all that wait for it.',
  bad: [
    { plan: example(header, 'T-1 | done | x | | T-2', 'T-2 | done | x | | '), at: '3:22' },
    {
      plan: example(header, 'T-1 | done | x | | T-2', 'T-2 | done | x | T-1 | ', 'T-3 | done | x | T-1 | '),
      at: '3:22',
    },
  ],
  good: [
    { plan: example(header, 'T-1 | done | x | | T-2', 'T-2 | done | x | T-1 | ') },
    { plan: example(header, 'T-1 | done | x | | ', 'T-2 | done | x | T-1 | ') },
    { plan: example('id | status | description | blocks', 'T-1 | done | x | T-2', 'T-2 | done | x | ') },
  ],
  *check(reading) {
    const pairs = new Set(reading.mentions.map((mention) => pair(mention)));
    for (const { row, target, column, range } of reading.mentions) {
      if (column !== 'blocks' || target?.id === undefined || row.id === undefined || target.id === row.id) continue;
      if (pairs.has(`depends_on ${target.id} ${row.id}`) || cellIn(target, 'depends_on') === undefined) continue;
      yield {
        range,
        message: `Unexpected ${quoted(target.id)} in \`blocks\` alone, expected ${quoted(row.id)} in \`depends_on\` of ${quoted(target.id)} too`,
        advice: `add ${quoted(row.id)} to \`depends_on\` on line ${target.row.line}; the dependency holds either way`,
      };
    }
    for (const [row, missing] of missingDependents(reading, pairs)) {
      const ids = listed(missing, 8);
      yield {
        range: cellIn(row, 'blocks')?.content ?? row.row.range,
        message: `Unexpected \`blocks\` without ${ids}, expected every task that depends on ${quoted(row.id ?? '')}`,
        advice: `add ${ids}, or empty the cell; the dependency holds either way`,
      };
    }
  },
};

function pair({ column, row, text }: Mention): string {
  return `${column} ${row.id ?? ''} ${text}`;
}

/** Rows that fill `blocks`, with the dependents they leave out. An empty cell claims nothing. */
function missingDependents({ mentions }: Reading, pairs: ReadonlySet<string>): Map<ReadRow, string[]> {
  const filled = new Set(mentions.filter(({ column }) => column === 'blocks').map(({ row }) => row));
  const missing = new Map<ReadRow, string[]>();
  for (const { row, target, column } of mentions) {
    if (column !== 'depends_on' || target === undefined || !filled.has(target) || row.id === undefined) continue;
    if (row.id === target.id || pairs.has(`blocks ${target.id ?? ''} ${row.id}`)) continue;
    const ids = missing.get(target) ?? [];
    if (!ids.includes(row.id)) ids.push(row.id);
    missing.set(target, ids);
  }
  return missing;
}
