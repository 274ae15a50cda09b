// Level: table.
import { expect, test } from 'vitest';
import { planOutline } from '../../src/views/plan-outline.ts';
import { plan } from '../support/plan-builder.ts';

test('phases with waves, widest parallelism, critical path and estimates', () => {
  const built = plan()
    .inPhase('Security')
    .task('T1', { status: 'done', estimate: 1_000 })
    .task('T2', { estimate: 5_000, needs: ['T1'] })
    .task('T3', { estimate: 20_000 })
    .task('T4', { needs: ['T2', 'T3'] })
    .inPhase('Tests')
    .task('T5', { status: 'skipped' });
  expect(planOutline(built.plan())).toBe(
    [
      '5 tasks in 2 phases, 2 done or skipped, about 35K tokens, 10K assumed for each of 1 without an estimate',
      '',
      'Phase 1: Security (3 tasks, about 35K tokens, 10K assumed for each of 1 without an estimate)',
      '  wave 1: T2, T3',
      '  wave 2: T4',
      '  widest: 2 at a time',
      '  critical path: T3 → T4 (30K tokens)',
      '',
      'Phase 2: Tests (1 task, nothing left to do)',
    ].join('\n'),
  );
});

test('a title cannot move the cursor', () => {
  expect(planOutline(plan().inPhase('a\u001b[2Jb').task('T1').plan())).toContain(String.raw`Phase 1: a\x1b[2Jb`);
});
