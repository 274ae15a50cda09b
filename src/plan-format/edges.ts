/** Dependencies between rows: the union of `depends_on` and the other rows' `blocks`. Spec 4.1. */
import type { Mention, ReadRow } from './rows.ts';

export interface Edge {
  readonly dependent: ReadRow;
  readonly need: ReadRow;
  /** Where it is written first. */
  readonly mention: Mention;
}

/** Each edge once, self-dependencies left out; in the order in which they are written. */
export function edgesOf(mentions: readonly Mention[]): readonly Edge[] {
  const seen = new Map<ReadRow, Set<ReadRow>>();
  const edges: Edge[] = [];
  for (const mention of mentions) {
    const { row, target, column } = mention;
    if (target === undefined || target.id === row.id || row.id === undefined) continue;
    const [dependent, need] = column === 'depends_on' ? [row, target] : [target, row];
    const needs = seen.get(dependent) ?? new Set();
    seen.set(dependent, needs);
    if (needs.has(need)) continue;
    needs.add(need);
    edges.push({ dependent, need, mention });
  }
  return edges;
}
