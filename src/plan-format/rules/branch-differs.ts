import { isSatisfied } from '../../domain/row-status.ts';
import { parseStatus } from '../columns.ts';
import type { Edge } from '../edges.ts';
import type { Reading } from '../reading.ts';
import type { ReadRow } from '../rows.ts';
import { textIn } from '../rows.ts';
import { example, listed, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const header = 'id | status | description | branch | depends_on';
const work = (branch: string) => `not-started | x | ${branch}`;

/** Work on another branch is not in the task's own until it is merged into it. Each pair of branches is named once. */
export const branchDiffers: Rule = {
  code: 'branch-differs',
  severity: 'warning',
  meaning: 'A task and what it depends on land on one branch; otherwise the pair of branches is named.',
  bad: [
    { plan: example(header, `T-1 | ${work('a')} | `, `T-2 | ${work('b')} | T-1`), at: '4:31' },
    {
      plan: example(header, `T-1 | ${work('a')} | `, `T-2 | ${work('')} | T-1`, `T-3 | ${work('')} | T-1`),
      at: '4:30',
    },
  ],
  good: [
    { plan: example(header, `T-1 | ${work('a')} | `, `T-2 | ${work('a')} | T-1`) },
    { plan: example(header, `T-1 | ${work('a')} | `, 'T-2 | done | x | b | '), format: {} },
  ],
  *check(reading) {
    const pairs = new Map<string, { readonly first: Edge; readonly others: Set<string> }>();
    for (const edge of reading.edges) {
      const [own, other] = [branchOf(edge.dependent, reading), branchOf(edge.need, reading)];
      const isOver = isSatisfied(parseStatus(textIn(edge.dependent, 'status')) ?? 'not-started');
      if (isOver || own === other) continue;
      const key = `${own}\0${other}`;
      const pair = pairs.get(key);
      if (pair === undefined) pairs.set(key, { first: edge, others: new Set() });
      else pair.others.add(edge.dependent.id ?? '');
    }
    for (const { first, others } of pairs.values()) {
      const [own, other] = [branchOf(first.dependent, reading), branchOf(first.need, reading)];
      others.delete(first.dependent.id ?? '');
      const also = others.size === 0 ? '' : ` (also ${listed([...others])})`;
      yield {
        range: first.mention.range,
        message: `Unexpected dependency of ${quoted(first.dependent.id ?? '')} on another branch: ${quoted(first.need.id ?? '')} lands on ${quoted(other)}, expected ${quoted(own)}${also}`,
        advice: `nothing, if ${quoted(other)} may be merged into the start of the task; otherwise give both rows one branch`,
      };
    }
  },
};

function branchOf(row: ReadRow, { format }: Reading): string {
  return textIn(row, 'branch') || format.defaultBranch;
}
