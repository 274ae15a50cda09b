// Level: unit.
import { expect, test } from 'vitest';
import { controlHints } from '../../../src/cli/run/hints.ts';
import { planLines } from '../../../src/cli/run/plan-lines.ts';
import { findTask, whyFromMemo, whyFromPlan } from '../../../src/cli/run/why-without-phase.ts';
import type { Progress } from '../../../src/contracts/progress.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { parsePlan } from '../../../src/plan-format/parse-plan.ts';
import { configFileSchema } from '../../../src/config/schema.ts';
import { planFormatOf } from '../../../src/config/run-settings.ts';

function planOf(...rows: readonly string[]): Plan {
  const text = ['| id | status | description | notes |', '|---|---|---|---|', ...rows, ''].join('\n');
  const parsed = parsePlan(
    { path: 'tasks.md', bytes: new TextEncoder().encode(text) },
    planFormatOf(configFileSchema.parse({})),
  );
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.plan;
}

const plan = planOf(
  '| MS-SEC-001 | done | a | abc |',
  '| MS-SEC-002 | skipped | b | |',
  '| MS-SEC-003 | failed | c | lint is red |',
  '| MS-SEC-004 | not-started | d | |',
);

test('an unknown task ends with exit 2 and the nearest ids, whatever is typed', () => {
  const refusal = expect.objectContaining({
    exitCode: 2,
    message: expect.stringMatching(/Did you mean MS-SEC-001 or/) as unknown,
  }) as unknown;
  expect(() => findTask(plan, 'MS-SEC-01')).toThrow(refusal);
  expect(() => findTask(plan, 'NOPE 1!')).toThrow(/Its ids are MS-SEC-001, /);
});

test('a plan without a run names its failed rows, counts skipped ones apart and says how to go on', () => {
  const lines = planLines(plan).join('\n');
  expect(lines).toContain('2 of 4 tasks done (1 skipped)');
  expect(lines).toContain('MS-SEC-003 failed: lint is red');
  expect(lines).not.toContain('MS-SEC-004');
  expect(lines).toContain('`tallyman run --retry MS-SEC-003`');
});

test('a plan in which everything is done is not said to go on', () => {
  expect(planLines(planOf('| A-1 | done | a | |')).at(-1)).toBe('Everything is done.');
});

test('a settled task is told from the plan', () => {
  expect(whyFromPlan(plan, findTask(plan, 'MS-SEC-001'), '1')).toBe('MS-SEC-001 is done: abc');
});

const progress = {
  holds: [{ what: 'agent mine', why: 'cannot be started' }],
  running: [{ task: 'A-1', attempt: 2, step: 'agent', agent: 'mine', since: '2026-03-01T12:00:00Z' }],
  stuck: [],
  next: ['A-2'],
  control: 'running',
} as unknown as Progress;

test('with no worker the memo tells what a task was last at', () => {
  expect(whyFromMemo(progress, 'A-1')).toMatch(/^A-1 is in progress: agent, attempt 2/);
  expect(whyFromMemo(progress, 'A-2')).toBe('A-2 is ready.');
  expect(whyFromMemo(progress, 'A-3')).toBeUndefined();
});

test('a held agent and a paused run come with the command that helps', () => {
  expect(controlHints({ phase: progress })).toEqual([expect.stringMatching(/resume.*`tallyman stop`/)]);
  const paused: Progress = { ...progress, control: 'paused', holds: [{ what: 'run', why: 'paused by Ann' }] };
  expect(controlHints({ phase: paused })).toEqual(['The run is paused by Ann; `tallyman resume` ends that.']);
});
