// Level: unit (properties and model).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../src/domain/plan.ts';
import { calm, Simulator } from '../../support/simulator.ts';
import { row } from '../../support/state-builder.ts';

/** An acyclic plan: a task needs only earlier ones. */
const plans: fc.Arbitrary<readonly Task[]> = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(20), { maxLength: 3 }),
      branch: fc.constantFrom('work', 'other'),
      repo: fc.constantFrom('', 'api'),
      estimate: fc.option(fc.integer({ min: 1, max: 90_000 }), { nil: undefined }),
      priority: fc.option(fc.nat(3), { nil: undefined }),
      approve: fc.constantFrom([], [], [], ['before'] as const, ['after'] as const),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ needs, branch, repo, estimate, priority, approve }, number) =>
      row(`T-${number + 1}`, {
        needs: [...new Set(needs.filter((need) => need < number).map((need) => `T-${need + 1}`))],
        branch,
        repo,
        approve,
        ...(estimate === undefined ? {} : { estimate }),
        ...(priority === undefined ? {} : { priority }),
      }),
    ),
  );

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const concurrencies = fc.integer({ min: 1, max: 5 });

describe('the scheduler in a world of chance', () => {
  test('D8: an acyclic plan in which nothing fails always completes', () => {
    fc.assert(
      fc.property(plans, seeds, concurrencies, (rows, seed, concurrency) => {
        const world = new Simulator(rows, seed, calm, { concurrency });
        expect(world.play(3000).kind).toBe('completed');
        expect(world.rows.every(({ status }) => status === 'done')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('D8: interruptions, limits, lost answers and moved branches spend nothing and end nothing', () => {
    fc.assert(
      fc.property(plans, seeds, concurrencies, (rows, seed, concurrency) => {
        const world = new Simulator(rows, seed, { ...calm, faults: 0.5 }, { concurrency });
        expect(world.play().kind).toBe('completed');
      }),
      { numRuns: 40 },
    );
  });

  test('D12: a snapshot taken at any moment and taken up again goes on to the same end', () => {
    fc.assert(
      fc.property(plans, seeds, concurrencies, (rows, seed, concurrency) => {
        const world = new Simulator(rows, seed, { ...calm, faults: 0.2, snapshots: 0.3 }, { concurrency });
        expect(world.play().kind).toBe('completed');
        expect(world.rows.every(({ status }) => status === 'done')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('D1 to D11 hold when anything fails, and the phase ends', () => {
    fc.assert(
      fc.property(plans, seeds, concurrencies, (rows, seed, concurrency) => {
        const world = new Simulator(
          rows,
          seed,
          { ...calm, failures: 0.3, faults: 0.2, snapshots: 0.05 },
          { concurrency },
        );
        expect(['completed', 'finished-with-failures', 'deadlocked']).toContain(world.play().kind);
      }),
      { numRuns: 80 },
    );
  });

  test('D1 to D12 hold while people ask, edit the plan and anything fails', () => {
    fc.assert(
      fc.property(plans, seeds, concurrencies, (rows, seed, concurrency) => {
        const publishMinIntervalMs = seed % 3 === 0 ? 2000 : 0;
        const chances = { failures: 0.15, faults: 0.2, requests: 0.15, edits: 0.1, snapshots: 0.05 };
        new Simulator(rows, seed, chances, { concurrency, publishMinIntervalMs }).play();
      }),
      { numRuns: 120 },
    );
  });
});
