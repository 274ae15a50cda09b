// Level: unit and property.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/domain/failure.ts';
import { commitSha, taskId } from '../../src/domain/ids.ts';
import type { Task } from '../../src/domain/plan.ts';
import { buildPrompt } from '../../src/views/prompt.ts';
import { checkTemplate, placeholders, type PromptFacts } from '../../src/views/prompt-placeholders.ts';

const builtIn = readFileSync(new URL('../../templates/prompt.md', import.meta.url), 'utf8');

const task: Task = {
  id: taskId('MS-SEC-001'),
  status: 'in-progress',
  description: 'Check the token {id} in `auth`',
  issue: '#199, #7',
  repo: 'api',
  branch: 'fix/security',
  needs: [],
  approve: [],
  extra: { 'due date': 'Friday' },
};
const facts: PromptFacts = {
  task,
  folder: 'apps/api',
  planFile: 'docs/tasks.md',
  commitType: 'fix',
  referenceReport: '`docs/reports/review/`',
  gates: ['pnpm lint', 'pnpm test'],
};
const gateFailed: Failure = {
  ...{ reason: 'gate-failed', gate: 'lint', command: 'pnpm lint', exitCode: 1, durationMs: 3 },
  lastLines: ['src/a.js:3 unused `x`', '```', '{id} and {nonsense}', '', '', '', 'end'],
  log: '/state/steps/0a1b2c3d/MS-SEC-001/11112222.a2/gates.1/output',
};

describe('the built-in prompt', () => {
  const prompt = buildPrompt(builtIn, facts);

  test('has the sections of the guide', () => {
    const headings = prompt.split('\n').filter((line) => line.startsWith('## '));
    expect(headings).toEqual([
      '## Task Assignment: MS-SEC-001',
      '## Workflow',
      '## Git Scripts (for issue, PR and milestone operations, NOT raw tea or gh)',
      '## Result Format (MANDATORY)',
      '## Rules',
    ]);
    for (const line of [
      '**Description:** Check the token {id} in `auth`',
      '**Repository:** `apps/api`',
      '**Branch:** fix/security',
      '**Reference Report:** See `docs/reports/review/` for detailed findings.',
      '**Issue:** #199, #7',
      '```bash\npnpm lint\npnpm test\n```',
      'git commit -m "fix(MS-SEC-001): brief description"',
      'Do not push',
      'issue-view.sh -i 199',
      '{\n  "task_id": "MS-SEC-001",',
      'DO NOT read or modify docs/tasks.md',
      'DO NOT claim other tasks',
    ])
      expect(prompt).toContain(line);
  });

  test('leaves out lines that would say nothing', () => {
    const bare = buildPrompt(builtIn, {
      ...facts,
      referenceReport: '',
      gates: [],
      task: { ...task, issue: '', repo: '' },
      folder: '',
    });
    expect(bare).not.toContain('Reference Report');
    expect(bare).not.toContain('**Issue');
    expect(bare).not.toContain('\n\n\n');
    expect(bare).toContain('the root of the repository');
    expect(bare).toContain('**Branch:** fix/security\n\n## Workflow');
  });

  test('has no section on a failure at first', () => {
    expect(prompt).not.toContain('Failed');
  });

  test('shows a later attempt what failed, word for word', () => {
    const later = buildPrompt(builtIn, { ...facts, lastFailure: gateFailed });
    expect(later).toContain('## What Failed Last Time');
    expect(later).toContain('Gate lint failed with exit code 1.');
    expect(later).toContain('Command: `pnpm lint`');
    expect(later).toContain('````text\nsrc/a.js:3 unused `x`\n```\n{id} and {nonsense}\n\n\n\nend\n````');
  });

  test('never tells the number of the attempt', () => {
    const later = buildPrompt(builtIn, { ...facts, lastFailure: gateFailed });
    expect(later).not.toMatch(/attempt|\.a2|11112222/i);
  });

  test('a project that cuts the failure section gets the same prompt each time', () => {
    const cut = builtIn.replace('{failure}\n', '');
    expect(buildPrompt(cut, { ...facts, lastFailure: gateFailed })).toBe(buildPrompt(cut, facts));
  });

  test('sends back a result without a commit once', () => {
    const later = buildPrompt(builtIn, { ...facts, lastFailure: { reason: 'no-commit', text: '' } });
    expect(later).toContain('Make your commit, or repeat your result with `"commit_sha": null`');
  });

  test.each<Failure>([
    { reason: 'agent-reported-failure', text: `no idea ${'why '.repeat(100)}` },
    { reason: 'result-missing', text: 'the output has no result block' },
    { reason: 'commit-missing', claimed: 'abc', base: commitSha('b'.repeat(40)) },
    { reason: 'agent-stalled', silentMs: 600_000, durationMs: 1, lastLines: [], log: '/l' },
    { reason: 'landing-conflict', paths: ['a.js'], branch: 'b' },
    { reason: 'plan-file-touched', paths: ['docs/tasks.md'] },
  ])('says what failed: $reason', (lastFailure) => {
    expect(buildPrompt('{failure}', { ...facts, lastFailure })).toMatch(/^## What Failed Last Time\n\n[^\n]+\.\n\n/);
  });
});

describe('a template', () => {
  test('of the seed works word for word', () => {
    const seed =
      '## Task Assignment: {id}\n{description} apps/{repo} {branch}\nissue-view.sh -i {N}\n```json\n{\n  "task_id": "{id}"\n}\n```';
    expect(checkTemplate(seed, [])).toEqual([]);
    expect(buildPrompt(seed, facts)).toContain(
      'apps/api fix/security\nissue-view.sh -i 199\n```json\n{\n  "task_id": "MS-SEC-001"\n}',
    );
  });

  test('has {{ for a literal brace and the own columns of the plan', () => {
    expect(buildPrompt('{{id} {due_date} {a b} }} {', facts)).toBe('{id} Friday {a b} }} {\n');
    expect(checkTemplate('{{id} {due_date} {a b} }} {', ['Due date'])).toEqual([]);
  });

  test('with an unknown placeholder is refused with its place and the nearest word', () => {
    expect(checkTemplate('a\n  {descripton} {{nonsense} {due_date}', [], 'docs/prompt.md')).toMatchObject([
      {
        ...{ file: 'docs/prompt.md', line: 2, column: 3, length: 12, code: 'unknown-placeholder' },
        message: 'Unexpected placeholder {descripton}, expected {description}',
      },
      { line: 2, column: 28, message: 'Unexpected placeholder {due_date}, expected a known one' },
    ]);
  });

  test('the built-in one has only known placeholders', () => {
    expect(checkTemplate(builtIn, [])).toEqual([]);
  });

  test('text of the row is never expanded', () => {
    const word = fc.constantFrom('{id}', '{{', '{failure}', '$&', '$1', '{', '}', 'x', '\\');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const description = words.join('');
        expect(buildPrompt('<{description}>', { ...facts, task: { ...task, description } })).toBe(`<${description}>\n`);
      }),
    );
  });

  test('a column cannot take the place of a placeholder of ours', () => {
    expect(buildPrompt('{id}', { ...facts, task: { ...task, extra: { id: 'other' } } })).toBe('MS-SEC-001\n');
  });

  test('placeholders have one meaning each', () => {
    expect(new Set(placeholders.map(({ name }) => name)).size).toBe(placeholders.length);
  });
});
