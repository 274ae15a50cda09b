// Level: table. Every rule's examples are its tests.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/domain/diagnostic.ts';
import { parsePlan } from '../../../src/plan-format/parse-plan.ts';
import { rules } from '../../../src/plan-format/rules/index.ts';
import type { Example } from '../../../src/plan-format/rules/rule.ts';
import { exampleFormat } from '../../../src/plan-format/rules/rule.ts';

function diagnosticsOf({ plan, format }: Example): readonly Diagnostic[] {
  const bytes = typeof plan === 'string' ? new TextEncoder().encode(plan) : plan;
  const parsed = parsePlan({ path: 'docs/tasks.md', bytes }, { ...exampleFormat, ...format });
  return parsed.kind === 'valid' ? parsed.warnings : parsed.diagnostics;
}

const name = ({ plan }: Example) => JSON.stringify(typeof plan === 'string' ? plan : [...plan]).slice(0, 120);

test('every rule file is in the list, under its own name, once', () => {
  const files = readdirSync(new URL('../../../src/plan-format/rules', import.meta.url)).filter(
    (file) => file !== 'rule.ts' && file !== 'index.ts',
  );
  expect(rules.map((rule) => `${rule.code}.ts`).toSorted()).toEqual(files.toSorted());
});

describe.each(rules.map((rule) => ({ rule, code: rule.code })))('$code', ({ rule }) => {
  test('has examples and a sentence', () => {
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.good.length).toBeGreaterThan(0);
    expect(rule.meaning).toMatch(/\.$/);
  });

  test.each(rule.bad.map((example) => ({ example, name: name(example) })))('finds $name', ({ example }) => {
    const found = diagnosticsOf(example);
    expect(found.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual(
      [example.at].flat().map((at) => `${rule.code} ${at}`),
    );
    for (const { message, advice, severity } of found) {
      expect(message).toMatch(/^Unexpected .+, expected .+/s);
      expect(advice.length).toBeGreaterThan(5);
      expect(['error', 'warning']).toContain(severity);
    }
  });

  test.each(rule.good.map((example) => ({ example, name: name(example) })))('lets pass $name', ({ example }) => {
    expect(diagnosticsOf(example).filter((diagnostic) => diagnostic.code === rule.code)).toEqual([]);
  });
});
