// Level: unit.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  categoryOf,
  isTaskId,
  opId,
  parseOpId,
  parseStepKey,
  planId,
  runId,
  stepKey,
  stepNames,
  taskId,
} from '../../src/domain/ids.ts';
import { InvariantViolation } from '../../src/domain/result.ts';

const hex8 = fc.stringMatching(/^[0-9a-f]{8}$/);
const ids = fc.stringMatching(/^[A-Z]{1,4}(-[A-Z0-9]{1,4}){0,2}-[0-9]{1,3}$/);
const numbers = fc.nat(1000);

describe('ids', () => {
  test('a step key reads back as its parts', () => {
    fc.assert(
      fc.property(
        hex8,
        hex8,
        ids,
        numbers,
        fc.constantFrom(...stepNames),
        numbers,
        (plan, run, task, attempt, step, turn) => {
          const parts = { plan: planId(plan), task, run: runId(run), attempt, step, turn };
          expect(parseStepKey(stepKey(parts))).toEqual(parts);
        },
      ),
    );
  });

  test('an op id reads back as its parts', () => {
    fc.assert(
      fc.property(
        hex8,
        ids,
        numbers,
        numbers,
        fc.constantFrom('claim', 'note-2', 'done'),
        (run, task, attempt, reopened, name) => {
          const parts = { run: runId(run), task: taskId(task), attempt, reopened, name };
          expect(parseOpId(opId(parts))).toEqual(parts);
        },
      ),
    );
  });

  test.each(['', 'nonsense', '0123abcd/T1/0123abcd.a1/walk.1', '0123abcd:T1:a1'])('%j is neither', (text) => {
    expect(parseStepKey(text)).toBeUndefined();
    expect(parseOpId(text)).toBeUndefined();
  });

  test.each(['a/b', 'a:b', 'a b', '', '../x', 'a..b', 'x.lock', 'x.', '-x'])('%j is no task id', (text) => {
    expect(isTaskId(text)).toBe(false);
    expect(() => taskId(text)).toThrow(InvariantViolation);
  });

  test.each([
    ['MS-SEC-001', 'SEC'],
    ['SEC-1', 'SEC'],
    ['A-B2-C-10', 'C'],
    ['T1', undefined],
  ])('the category of %s is %s', (id, category) => {
    expect(categoryOf(taskId(id))).toBe(category);
  });
});
