// Level: table and property.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taskId } from '../../src/domain/ids.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { PlanFormat } from '../../src/domain/policy.ts';
import { parseDocument, parsePlan } from '../../src/plan-format/parse-plan.ts';
import { planChanges } from '../../src/plan-format/plan-changes.ts';
import { changedCells, performs, rowOf, statusOf } from '../../src/plan-format/row-at.ts';
import { example, exampleFormat } from '../../src/plan-format/rules/rule.ts';
import { builderFormat, plan } from '../support/plan-builder.ts';
import { planFile } from './arbitraries.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const parse = (text: string, format: Partial<PlanFormat> = {}) =>
  parsePlan({ path: 'docs/tasks.md', bytes: bytes(text) }, { ...exampleFormat, ...format });

function valid(text: string, format: Partial<PlanFormat> = {}): Plan {
  const parsed = parse(text, format);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.plan;
}

const shape = ({ phases }: Plan) =>
  phases.map(({ id, title, tasks }) => `${id} ${title}: ${tasks.map((task) => task.id).join(' ')}`);

test('what the builder writes is read back as it was', () => {
  const built = plan()
    .inPhase('Security')
    .task('T1', { estimate: 5_000, priority: 1, approve: ['before'], repo: 'api', issue: '#1' })
    .task('T2', {
      needs: ['T1'],
      branch: 'fix/x',
      status: 'in-progress',
      agent: 'claude',
      startedAt: '2026-02-05T14:30:00Z',
    })
    .inPhase('Tests')
    .task('T3', { description: 'a | b', status: 'done', used: 950, notes: 'ok', extra: { owner: 'me' } });
  const expected = built.plan();
  const [first, second] = valid(built.markdown(), builderFormat).phases;
  expect(second).toEqual(expected.phases[1]);
  expect(first?.tasks.map(({ extra: _extra, stackOn: _stackOn, ...task }) => task)).toEqual(
    expected.phases[0]?.tasks.map(({ extra: _extra, stackOn: _stackOn, ...task }) => task),
  );
});

describe('phases', () => {
  const row = (id: string) => `${id} | not-started | x`;
  const header = 'id | status | description';

  test('id categories in order of first appearance', () => {
    expect(shape(valid(example(header, row('MS-SEC-001'), row('MS-CQ-001'), row('MS-SEC-002'))))).toEqual([
      '1 SEC: MS-SEC-001 MS-SEC-002',
      '2 CQ: MS-CQ-001',
    ]);
  });

  test('one category is one phase, called as the heading', () => {
    expect(shape(valid(`# Backlog\n\n${example(header, row('T-1'), row('T-2'))}`))).toEqual(['1 Backlog: T-1 T-2']);
    expect(shape(valid(example(header, row('T-1'))))).toEqual(['1 T: T-1']);
  });

  test('two tables are two phases; tables under one heading are one', () => {
    const table = (id: string) => `${example(header, row(id))}\n`;
    const text = `# One\n\n${table('A-1')}text\n\n${table('B-1')}# Two\n\n${table('A-2')}`;
    expect(shape(valid(text))).toEqual(['1 One: A-1 B-1', '2 Two: A-2']);
    expect(shape(valid(table('A-1') + table('B-1')))).toEqual(['1 Phase 1: A-1 B-1']);
  });

  test('a list of ranges, in the order of its numbers; a row outside joins its category', () => {
    const list = '- **Phase 2 - Two** (`B-1` through `B-2`)\n- Phase 1: One (A-1 to A-2):\n  - about\n\n';
    const text = `${list}${example(header, row('A-1'), row('B-1'), row('A-3'), row('C-1'))}`;
    expect(shape(valid(text))).toEqual(['1 One: A-1 A-3', '2 Two: B-1', '3 C: C-1']);
    const parsed = parse(text);
    expect(parsed.kind === 'valid' && parsed.warnings.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'phase-range 9',
      'phase-range 10',
    ]);
  });

  test('phases: none makes one', () => {
    expect(shape(valid(example(header, row('A-1'), row('B-1')), { phases: 'none' }))).toEqual(['1 Tasks: A-1 B-1']);
  });

  test('the diagnostic about a later phase says that it would help', () => {
    const parsed = parse(example(`${header} | depends_on`, `${row('A-1')} | B-1`, `${row('B-1')} | `));
    expect(parsed.kind === 'invalid' && parsed.diagnostics[0]?.advice).toContain('`phases: none`');
  });
});

test('needs are the union of both columns, in table order, each once', () => {
  const text = example(
    'id | status | description | depends_on | blocks',
    'T-1 | done | x | | T-3',
    'T-2 | done | x | | ',
    'T-3 | done | x | T-2, T-1 | ',
  );
  expect(valid(text).phases[0]?.tasks[2]?.needs).toEqual(['T-1', 'T-2']);
});

test('empty words are empty, unknown columns are kept by their name in lower case', () => {
  const text = example(
    'ID | Status | Description | Issue | Repo | Branch | Agent | Owner',
    'T-1 | DONE | x | n/a | none | — | - | Me',
  );
  expect(valid(text).phases[0]?.tasks[0]).toEqual({
    id: 'T-1',
    status: 'done',
    description: 'x',
    issue: '',
    repo: '',
    branch: 'tallyman/tasks',
    needs: [],
    approve: [],
    extra: { owner: 'Me' },
  });
});

test('all problems come at once, sorted by place', () => {
  const parsed = parse(
    example(
      'id | status | description | depends_on | estimate | branch',
      'T-1 | todo | x | T-9 | much | a b',
      'T-1 | done | x | | | ',
      't2 | done | x | | | ',
      'T-3 | done | x | | | | extra',
    ),
  );
  expect(
    parsed.kind === 'invalid' && parsed.diagnostics.map(({ code, line, column }) => `${line}:${column} ${code}`),
  ).toEqual([
    '3:9 status-word',
    '3:20 unknown-dependency',
    '3:26 token-number',
    '3:33 branch-name',
    '4:3 duplicate-id',
    '5:3 id-format',
    '6:26 cell-count',
  ]);
});

test('columns are counted as an editor counts them, behind a BOM and wide characters', () => {
  const parsed = parse('\ufeff| description | id | status |\r\n|---|---|---|\r\n| 🙂é | T-1 | todo |\r\n');
  expect(parsed.kind === 'invalid' && parsed.diagnostics[0]).toMatchObject({
    line: 3,
    column: 14,
    length: 4,
    source: '| 🙂é | T-1 | todo |',
  });
});

test('a cycle of 1,000 and one of 2 are both named, and hostile sizes are refused', () => {
  const ring = Array.from(
    { length: 1_000 },
    (_, index) => `T-${index + 1} | not-started | x | T-${((index + 1) % 1_000) + 1}`,
  );
  const parsed = parse(
    example(
      'id | status | description | depends_on',
      ...ring,
      'T-2000 | not-started | x | T-2001',
      'T-2001 | not-started | x | T-2000',
    ),
  );
  const found = parsed.kind === 'invalid' ? parsed.diagnostics : [];
  expect(found.map(({ code }) => code)).toEqual(['dependency-cycle', 'dependency-cycle']);
  expect(found[0]?.message).toContain('T-1 → T-2 → T-3');
  expect(found[0]?.message.length).toBeLessThan(1_000);
  expect(found[1]?.message).toContain('T-2000 → T-2001 → T-2000');
});

test.each([
  ['a file over 16 MiB', 'x'.repeat(16 * 1024 * 1024 + 1)],
  [
    '20,001 tasks',
    example('id | status | description', ...Array.from({ length: 20_001 }, (_, index) => `T-${index} | done | x`)),
  ],
  ['64 KiB of emphasis in a cell', example('id | status | description', `T-1 | done | ${'**a *a_'.repeat(9_000)}`)],
  ['64 KiB of pipes as a row', example('id | status | description', '|'.repeat(65_536))],
  [
    '10,000 ids in one cell',
    example('id | status | description | depends_on', 'T-1 | done | x | ', `T-2 | done | x | ${'T-1,'.repeat(10_000)}`),
  ],
  ['10 million lines', '\n'.repeat(10_000_000) + 'x'],
])('%s: limits', (_name, text) => {
  const parsed = parse(text);
  expect(parsed.kind === 'invalid' && parsed.diagnostics.map(({ code }) => code)).toContain('limits');
});

test('settings between lines of hyphens at the beginning of the file are no heading', () => {
  const table = example('id | status | description', 'T-1 | done | x');
  expect(shape(valid(`---\ntitle: Plan\n---\n\n${table}`))).toEqual(['1 T: T-1']);
  expect(shape(valid(`title: Plan\n---\n\n${table}`))).toEqual(['1 title: Plan: T-1']);
});

test('rows with line breaks inside their cells are rows, however many', () => {
  const rows = Array.from({ length: 12_000 }, (_, index) => `T-${index} | done | a${'<br>'.repeat(index % 3)}b`);
  const text = `<!-- generated -->\n\n${example('id | status | description', ...rows)}`;
  expect(valid(text).phases[0]?.tasks).toHaveLength(12_000);
});

test('thousands of rows that depend on dozens of another branch are read in a moment', () => {
  const needs = Array.from({ length: 40 }, (_, index) => `T-${index}`).join(', ');
  const rows = Array.from({ length: 1_040 }, (_, index) =>
    index < 40 ? `T-${index} | not-started | x | a | ` : `T-${index} | not-started | x | b | ${needs}`,
  );
  const begun = process.cpuUsage();
  valid(example('id | status | description | branch | depends_on', ...rows));
  // A quarter of a second here; sixteen seconds when each edge copied those before it.
  expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(4);
});

test('a plan of 10,000 chained tasks is read', () => {
  const rows = Array.from(
    { length: 10_000 },
    (_, index) => `T-${index} | not-started | x | ${index === 0 ? '' : `T-${index - 1}`}`,
  );
  expect(valid(example('id | status | description | depends_on', ...rows)).phases[0]?.tasks).toHaveLength(10_000);
});

test('thousands of problems are cut to what a reader and a payload can take, errors first', () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => `T-${index} | | x | ${index % 2 === 0 ? 'much' : ''}`);
  const parsed = parse(example('id | status | description | estimate', ...rows));
  const found = parsed.kind === 'invalid' ? parsed.diagnostics : [];
  expect(found).toHaveLength(500);
  expect(parsed.leftOut).toBe(4_000);
  expect(found.every(({ severity }) => severity === 'error')).toBe(true);
});

test('whatever the bytes, it answers', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => {
      expect(['valid', 'invalid']).toContain(parsePlan({ path: 'x', bytes: raw }, exampleFormat).kind);
    }),
  );
  const piece = fc.constantFrom(
    '|',
    '\n',
    '---',
    'id',
    ' status ',
    'description',
    '\\',
    '`',
    '```',
    '#',
    '- ',
    '> ',
    'T-1',
    ',',
    'done',
    '\r',
    '\ufeff',
    '<',
    '-->',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(['valid', 'invalid']).toContain(parse(pieces.join('')).kind);
    }),
  );
});

test('a random plan is read as it was meant, and needs no second reading to be the same document', () => {
  fc.assert(
    fc.property(planFile, ({ text, rows, columns }) => {
      const document = parseDocument({ path: 'x', bytes: bytes(text) });
      expect(document?.text).toBe(text);
      expect(
        document?.tables[0]?.rows.map((row) => row.cells.map(({ content }) => text.slice(content.start, content.end))),
      ).toEqual(rows);
      expect(document?.tables[0]?.header.cells.map((cell) => cell.text)).toEqual(columns);
    }),
  );
});

describe('two versions of a plan', () => {
  const read = (text: string) => parseDocument({ path: 'x', bytes: bytes(text) })!;
  const header = 'id | status | description | notes';
  const before = read(example(header, 'T-1 | in-progress | x | ', 'T-2 | not-started | y | '));

  test('what people changed', () => {
    const after = read(example(header, 'T-3 | not-started | z | ', 'T-1  | Done |  x2 | '));
    expect(planChanges(before, after)).toEqual([
      { kind: 'row-added', task: 'T-3' },
      { kind: 'status-set', task: 'T-1', to: 'done' },
      { kind: 'row-edited', task: 'T-1' },
      { kind: 'row-removed', task: 'T-2' },
    ]);
    expect(
      planChanges(
        before,
        read(
          `\ufeff# T\r\n\r\n${example(header, 'T-2|not-started|y|', 'T-1|in-progress|x|').replaceAll('\n', '\r\n')}`,
        ),
      ),
    ).toEqual([]);
  });

  test('the cells of one row', () => {
    const after = read(example(header, 'T-1 | done | x | ok'));
    expect(changedCells(before, after, taskId('T-1'))).toEqual(['status', 'notes']);
    expect(changedCells(before, after, taskId('T-2'))).toEqual(['id', 'status', 'description', 'notes']);
    const listed = read(`${before.text}\n## Task notes\n\n- T-1 (attempt 1): n\n`);
    expect(changedCells(before, listed, taskId('T-1'))).toEqual(['notes']);
  });

  test('status, rows, and whether a change was really made', () => {
    const after = read(example(header, 'T-1 | done | x | ', 'T-2 | | y | '));
    expect([statusOf(after, taskId('T-1')), statusOf(after, taskId('T-2')), statusOf(after, taskId('T-9'))]).toEqual([
      'done',
      'not-started',
      undefined,
    ]);
    expect(rowOf(after, taskId('T-2'))?.row.line).toBe(4);
    const task = taskId('T-1');
    expect(performs(before, after, { task, from: 'in-progress', to: 'done' })).toBe(true);
    expect(performs(before, after, { task, from: 'in-progress', to: 'failed' })).toBe(false);
    expect(performs(after, after, { task, from: 'in-progress', to: 'done' })).toBe(false);
    expect(performs(before, before, { task, from: 'in-progress', to: 'in-progress' })).toBe(false);
    const noted = read(example(header, 'T-1 | in-progress | x | n'));
    expect(performs(before, noted, { task, from: 'in-progress', to: 'in-progress' })).toBe(true);
  });
});
