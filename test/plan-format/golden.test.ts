// Level: golden. `test/golden/<case>/plan.md` and, beside it, what Tallyman says of it; written only with UPDATE_GOLDEN=1.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePlan } from '../../src/plan-format/parse-plan.ts';
import { exampleFormat } from '../../src/plan-format/rules/rule.ts';
import { diagnosticsText } from '../../src/views/diagnostics.ts';
import { mermaid } from '../../src/views/mermaid.ts';
import { planOutline } from '../../src/views/plan-outline.ts';

const folder = new URL('../golden/', import.meta.url);
const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** The answer as one text: diagnostics, and for a valid plan its outline, tasks and graph. */
function answer(name: string): string {
  const bytes = readFileSync(new URL(`${name}/plan.md`, folder));
  const parsed = parsePlan({ path: 'docs/tasks.md', bytes }, exampleFormat);
  if (parsed.kind === 'invalid') return `invalid\n\n${diagnosticsText(parsed.diagnostics)}`;
  const tasks = parsed.plan.phases.flatMap((phase) => phase.tasks).map((task) => JSON.stringify(task));
  return [
    'valid\n',
    diagnosticsText(parsed.warnings),
    `${planOutline(parsed.plan)}\n`,
    `${tasks.join('\n')}\n`,
    `${mermaid(parsed.plan)}\n`,
  ].join('\n');
}

describe.each(cases)('%s', (name) => {
  test('is answered as recorded', () => {
    const file = new URL(`${name}/expected.txt`, folder);
    const text = answer(name);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

test('there are cases', () => {
  expect(cases.length).toBeGreaterThan(4);
});
