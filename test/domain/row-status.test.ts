// Level: unit.
import { describe, expect, test } from 'vitest';
import { isLegalEdge, isRowStatus, isSatisfied, isSettled, rowStatuses } from '../../src/domain/row-status.ts';

describe('the six words of a row', () => {
  test('settled and satisfied', () => {
    expect(rowStatuses.filter(isSettled)).toEqual(['done', 'failed', 'blocked', 'skipped']);
    expect(rowStatuses.filter(isSatisfied)).toEqual(['done', 'skipped']);
    expect(isRowStatus('finished')).toBe(false);
  });

  test('exactly these edges are ours to write', () => {
    const legal = rowStatuses.flatMap((from) =>
      rowStatuses.filter((to) => isLegalEdge(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(legal).toEqual([
      'not-started → in-progress',
      'not-started → skipped',
      'in-progress → not-started',
      'in-progress → in-progress',
      'in-progress → done',
      'in-progress → failed',
      'in-progress → blocked',
      'in-progress → skipped',
      'failed → not-started',
      'failed → skipped',
      'blocked → not-started',
      'blocked → skipped',
    ]);
  });
});
