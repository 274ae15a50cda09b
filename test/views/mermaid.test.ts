// Level: table.
import { expect, test } from 'vitest';
import { mermaid } from '../../src/views/mermaid.ts';
import { plan } from '../support/plan-builder.ts';

test('phases are boxes, needs are arrows, statuses are classes', () => {
  const built = plan()
    .inPhase('Security')
    .task('T1', { status: 'done', description: 'First' })
    .inPhase('Tests')
    .task('T2', { needs: ['T1'], description: '' });
  const text = mermaid(built.plan());
  expect(text.split('\n').slice(0, 8)).toEqual([
    'flowchart LR',
    '  subgraph p1["Phase 1: Security"]',
    '    n0["T1: First"]:::done',
    '  end',
    '  subgraph p2["Phase 2: Tests"]',
    '    n1["T2"]:::not-started',
    '  end',
    '  n0 --> n1',
  ]);
  expect(
    text
      .split('\n')
      .slice(8)
      .map((line) => line.split(' ').slice(0, 4).join(' ')),
  ).toEqual(['  classDef not-started', '  classDef done']);
});

test('no text of a row means anything to Mermaid', () => {
  const built = plan().task('end', { description: '"]; click n0 "x"\n`a` #quot; <b>' });
  expect(mermaid(built.plan())).toContain(
    'n0["end: #34;#93;#59; click n0 #34;x#34; #96;a#96; #35;quot#59; #60;b#62;"]:::not-started',
  );
});
