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
    if (!reading.mentions.some(({ column }) => column === 'blocks')) return;
    const pairs = pairsOf(reading.mentions);
    for (const { row, target, column, range } of reading.mentions) {
      if (column !== 'blocks' || target?.id === undefined || row.id === undefined || target.id === row.id) continue;
      if (pairs.depends_on.get(target)?.has(row) || cellIn(target, 'depends_on') === undefined) continue;
      yield {
        range,
        message: `Unexpected ${quoted(target.id)} in \`blocks\` alone, expected ${quoted(row.id)} in \`depends_on\` of ${quoted(target.id)} too`,
        advice: `add ${quoted(row.id)} to \`depends_on\` on line ${target.row.line}; the dependency holds either way`,
      };
    }
    for (const [row, missing] of missingDependents(reading, pairs)) {
      const ids = listed([...missing], 8);
      yield {
        range: cellIn(row, 'blocks')?.content ?? row.row.range,
        message: `Unexpected \`blocks\` without ${ids}, expected every task that depends on ${quoted(row.id ?? '')}`,
        advice: `add ${ids}, or empty the cell; the dependency holds either way`,
      };
    }
  },
};

/** By column and row: the rows it names. Sets of rows, not of texts: a plan may have millions of pairs. */
type Pairs = Readonly<Record<Mention['column'], ReadonlyMap<ReadRow, ReadonlySet<ReadRow>>>>;

function pairsOf(mentions: readonly Mention[]): Pairs {
  const pairs = { depends_on: new Map<ReadRow, Set<ReadRow>>(), blocks: new Map<ReadRow, Set<ReadRow>>() };
  for (const { row, target, column } of mentions) {
    if (target === undefined) continue;
    const named = pairs[column].get(row);
    if (named === undefined) pairs[column].set(row, new Set([target]));
    else named.add(target);
  }
  return pairs;
}

/** Rows that fill `blocks`, with the dependents they leave out. An empty cell claims nothing. */
function missingDependents({ mentions }: Reading, pairs: Pairs): Map<ReadRow, Set<string>> {
  const filled = new Set(mentions.filter(({ column }) => column === 'blocks').map(({ row }) => row));
  const missing = new Map<ReadRow, Set<string>>();
  for (const { row, target, column } of mentions) {
    if (column !== 'depends_on' || target === undefined || !filled.has(target) || row.id === undefined) continue;
    if (row.id === target.id || pairs.blocks.get(target)?.has(row) === true) continue;
    const ids = missing.get(target);
    if (ids === undefined) missing.set(target, new Set([row.id]));
    else ids.add(row.id);
  }
  return missing;
}
