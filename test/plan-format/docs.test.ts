// Level: golden. Every example of docs/plan-format.md is held against what Tallyman does.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commitSha, opId, runId, taskId } from '../../src/domain/ids.ts';
import { applyTransition } from '../../src/plan-format/apply-transition.ts';
import { columns } from '../../src/plan-format/columns.ts';
import type { ParsedPlan } from '../../src/plan-format/parse-plan.ts';
import { parsePlan } from '../../src/plan-format/parse-plan.ts';
import { readDocument } from '../../src/plan-format/read-document.ts';
import { rules } from '../../src/plan-format/rules/index.ts';
import { exampleFormat } from '../../src/plan-format/rules/rule.ts';
import { diagnosticsText } from '../../src/views/diagnostics.ts';

const doc = readFileSync(new URL('../../docs/plan-format.md', import.meta.url), 'utf8');

/** Fenced blocks: what the fence says, and what is in it. */
const blocks = [...doc.matchAll(/^```([a-z ]+)\n(.*?)^```$/gms)].map(([, info = '', text = '']) => ({ info, text }));

const examples = blocks.flatMap((block, index) =>
  block.info === 'markdown valid' || block.info === 'markdown invalid'
    ? [{ ...block, answer: blocks[index + 1], name: block.text.split('\n')[2] ?? '' }]
    : [],
);

const parse = (text: string): ParsedPlan =>
  parsePlan({ path: 'docs/tasks.md', bytes: new TextEncoder().encode(text) }, exampleFormat);

describe('examples', () => {
  test('there are some', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples)('$info: $name', ({ info, text, answer }) => {
    const parsed = parse(text);
    expect(parsed.kind).toBe(info.split(' ')[1]);
    const said = diagnosticsText(parsed.kind === 'valid' ? parsed.warnings : parsed.diagnostics);
    // The long example shows the beginning of its answer.
    if (answer?.info === 'text') expect(said.slice(0, answer.text.length)).toBe(answer.text);
    else expect(said).toBe('');
    if (answer?.info === 'phases' && parsed.kind === 'valid') {
      const phases = parsed.plan.phases.map(
        ({ id, title, tasks }) => `${id} ${title}: ${tasks.map((task) => task.id).join(' ')}\n`,
      );
      expect(phases.join('')).toBe(answer.text);
    }
  });
});

test('what is written is what the page shows', () => {
  const [before, after] = ['markdown before', 'markdown after'].map(
    (info) => blocks.find((block) => block.info === info)?.text ?? '',
  );
  const task = taskId('T-1');
  const result = applyTransition(readDocument('docs/tasks.md', before ?? '').document, {
    op: opId({ run: runId('0a1b2c3d'), task, attempt: 2, reopened: 0, name: 'done' }),
    task,
    attempt: 2,
    from: 'in-progress',
    to: 'done',
    at: '2026-02-05T14:30:00Z',
    cells: { used: 4_200, notes: 'landed as 1a2b3c4d' },
    base: commitSha('0'.repeat(40)),
  });
  expect(result.ok && result.value.text).toBe(after);
});

test('the table of columns is that of the code', () => {
  const rows = Object.entries(columns).map(
    ([name, { writtenBy, form, describe: meaning }]) => `| \`${name}\` | ${writtenBy} | ${form} | ${meaning} |`,
  );
  expect(doc).toContain(rows.join('\n'));
});

test('the table of rules is that of the code', () => {
  expect(doc).toContain(
    rules.map(({ code, severity, meaning }) => `| \`${code}\` | ${severity} | ${meaning} |`).join('\n'),
  );
});
