// Level: property and table.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitSha, opId, runId, taskId } from '../../src/domain/ids.ts';
import type { WrittenCells } from '../../src/domain/plan.ts';
import type { RowStatus } from '../../src/domain/row-status.ts';
import type { Transition } from '../../src/domain/transition.ts';
import { applyTransition } from '../../src/plan-format/apply-transition.ts';
import { writtenTexts } from '../../src/plan-format/columns.ts';
import type { PlanDocument } from '../../src/plan-format/document.ts';
import { readDocument } from '../../src/plan-format/read-document.ts';
import { cellOf, rowOf } from '../../src/plan-format/row-at.ts';
import { readNotes } from '../../src/plan-format/task-notes.ts';
import { planFile } from './arbitraries.ts';

const run = runId('0a1b2c3d');

function transition(task: string, from: RowStatus, to: RowStatus, cells: WrittenCells = {}, attempt = 1): Transition {
  const id = taskId(task);
  const op = opId({ run, task: id, attempt, reopened: 0, name: 'x' });
  return { op, task: id, attempt, from, to, at: '2026-02-05T14:30:00Z', cells, base: commitSha('0'.repeat(40)) };
}

const read = (text: string): PlanDocument => readDocument('docs/tasks.md', text).document;

function applied(text: string, change: Transition): string {
  const result = applyTransition(read(text), change);
  if (!result.ok) throw new Error(result.error.why);
  return result.value.text;
}

function lines(text: string): string[] {
  return text.split(/(?<=\r\n|\n|\r(?!\n))/);
}

const writtenCells: fc.Arbitrary<WrittenCells> = fc.record(
  {
    agent: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('', 'a|b', 'x\\', '# x', '- x')),
    startedAt: fc.constantFrom('2026-02-05T14:30:00Z', ''),
    completedAt: fc.constantFrom('2026-02-05T14:30:00Z', ''),
    used: fc.nat({ max: 5_000_000 }),
    notes: fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom('', '<b>|', 'a\nb', '\\|', '\\')),
  },
  { requiredKeys: [] },
);

test('only the meant cells of the row differ, and they say what was meant', () => {
  fc.assert(
    fc.property(planFile, writtenCells, ({ text, rows, columns }, cells) => {
      const before = read(text);
      expect(before.tables).toHaveLength(1);
      const change = transition('T-1', 'not-started', 'in-progress', cells);
      const result = applyTransition(before, change);
      if (!result.ok) throw new Error(result.error.why);
      const after = result.value;
      const texts = writtenTexts({ ...cells, status: 'in-progress' });
      for (const [index, row] of rows.entries()) {
        for (const [place, was] of row.entries()) {
          const column = columns[place] ?? '';
          const id = taskId(`T-${index + 1}`);
          const cell = cellOf(rowOf(after, id)!, column)!;
          const now = after.text.slice(cell.content.start, cell.content.end);
          const meant = index === 0 ? (texts as Record<string, string | undefined>)[column] : undefined;
          if (meant === undefined || meant === was) expect(now).toBe(was);
          else if (meant === '') expect(['', '-', '—', 'none']).toContain(now);
          else expect(now).toBe(meant);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('every line but the row, and the notes list, is equal to the byte', () => {
  fc.assert(
    fc.property(planFile, writtenCells, ({ text, columns }, cells) => {
      const change = transition('T-1', 'not-started', 'in-progress', cells);
      const after = applied(text, change);
      const own = read(text).tables[0]!.rows[0]!;
      const tail = text.slice(own.range.end);
      expect(after.startsWith(text.slice(0, own.range.start))).toBe(true);
      if (columns.includes('notes') || cells.notes === undefined) expect(after.endsWith(tail)).toBe(true);
      else {
        const kept = lines(after).map((line) => line.trimEnd());
        for (const line of lines(tail)) {
          if (line.trim() !== '' && !line.startsWith('- T-1 ')) expect(kept).toContain(line.trimEnd());
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('the same transition again changes nothing more', () => {
  fc.assert(
    fc.property(planFile, writtenCells, ({ text }, cells) => {
      const after = applied(text, transition('T-1', 'not-started', 'in-progress', cells));
      expect(applied(after, transition('T-1', 'in-progress', 'in-progress', cells))).toBe(after);
    }),
    { numRuns: 300 },
  );
});

const plain =
  '| id | status | description | agent | started_at |\n|---|---|---|---|---|\n| T-1 | not-started | x | | |\n';

test.each([
  { name: 'a plain table', before: '| T-1 | not-started | x | | |', after: '| T-1 | in-progress | x | me | |' },
  { name: 'no padding', before: '|T-1|not-started|x|||', after: '|T-1|in-progress|x|me||' },
  {
    name: 'padding of its own',
    before: '|  T-1 |  not-started  | x |  |  |',
    after: '|  T-1 |  in-progress | x | me |  |',
  },
  { name: 'no closing pipe', before: '| T-1 | not-started | x |  | ', after: '| T-1 | in-progress | x | me | ' },
  {
    name: 'no outer pipes',
    before: 'T-1 | not-started | x | | 2026-01-01',
    after: 'T-1 | in-progress | x | me | 2026-01-01',
  },
  {
    name: 'an escaped pipe',
    before: String.raw`| T-1 | not-started | a \| b | | |`,
    after: String.raw`| T-1 | in-progress | a \| b | me | |`,
  },
])('$name keeps its look', ({ before, after }) => {
  const text = plain.replace(/\| T-1.*/, before);
  const change = transition('T-1', 'not-started', 'in-progress', { agent: 'me' });
  expect(applied(text, change)).toBe(plain.replace(/\| T-1.*/, after));
});

test('an aligned column stays aligned while there is room', () => {
  const text = [
    '| id  | status      | description | used  |',
    '| --- | ----------- | ----------- | ----- |',
    '| T-1 | in-progress | x           |       |',
    '| T-2 | not-started | y           |       |',
    '',
  ].join('\n');
  expect(applied(text, transition('T-1', 'in-progress', 'done', { used: 4_200 }))).toBe(
    text.replace('| T-1 | in-progress | x           |       |', '| T-1 | done        | x           | 4.2K  |'),
  );
  const notes = text.replace('used ', 'agent');
  expect(applied(notes, transition('T-1', 'in-progress', 'failed', { agent: 'a-long-name' }))).toContain(
    '| T-1 | failed      | x           | a-long-name |\n',
  );
});

test('a cell at the edge of a row without outer pipes is emptied with a dash, or the row would lose it', () => {
  const text = 'agent | id | status | description\n--|--|--|--\nme | T-1 | in-progress | x\n';
  expect(applied(text, transition('T-1', 'in-progress', 'not-started', { agent: '' }))).toContain(
    '— | T-1 | not-started | x\n',
  );
});

test.each(['# me', '- me', '* me', '+ me', '> me', '>me', '1. me', '12) me', '```me', '~~~', '-', '+', '1.'])(
  'a text that would begin another block at the edge of a row gets a backslash: %s',
  (agent) => {
    const text = 'agent | id | status | description\n--|--|--|--\nme | T-1 | in-progress | x\n';
    const change = transition('T-1', 'in-progress', 'not-started', { agent });
    const after = applied(text, change);
    expect(after.split('\n')[2]?.replace('\\', '')).toBe(`${agent} | T-1 | not-started | x`);
    expect(applied(after, transition('T-1', 'not-started', 'not-started', { agent }))).toBe(after);
  },
);

test('columns that the table does not have are not written', () => {
  const text = '| id | status | description |\n|---|---|---|\n| T-1 | in-progress | x |\n';
  const change = transition('T-1', 'in-progress', 'done', {
    agent: 'me',
    used: 5,
    completedAt: '2026-02-05T14:30:00Z',
  });
  expect(applied(text, change)).toBe(text.replace('in-progress', 'done'));
});

test("a person's way of writing what is meant is kept", () => {
  const text = '| id | status | description | agent |\n|---|---|---|---|\n| T-1 | In-Progress | x | — |\n';
  expect(applied(text, transition('T-1', 'in-progress', 'in-progress', { agent: '' }))).toBe(text);
});

test('a missing row and another status are refused with both values', () => {
  const why = (change: Transition) => {
    const result = applyTransition(read(plain), change);
    return result.ok ? undefined : result.error.why;
  };
  expect(why(transition('T-9', 'not-started', 'in-progress'))).toBe('there is no row T-9 in docs/tasks.md');
  expect(why(transition('T-1', 'in-progress', 'done'))).toBe('the status of T-1 is not-started, expected in-progress');
});

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('without a notes column a note goes under Task notes at the end, with %s', (_name, end) => {
  const text = [
    '| id | status | description |',
    '|---|---|---|',
    '| T-1 | in-progress | x |',
    '| T-2 | failed | y |',
    '',
  ].join(end);
  const first = applied(text, transition('T-1', 'in-progress', 'in-progress', { notes: 'lint | failed' }, 1));
  expect(first).toBe(`${text}${end}## Task notes${end}${end}- T-1 (attempt 1): lint \\| failed${end}`);
  const both = applied(first, transition('T-2', 'failed', 'not-started', { notes: 'again' }, 3));
  expect(both).toBe(first.replace('| failed | y', '| not-started | y') + `- T-2 (attempt 3): again${end}`);
  const replaced = applied(both, transition('T-1', 'in-progress', 'done', { notes: 'commit 123' }, 2));
  expect(replaced).toBe(
    both.replace('- T-1 (attempt 1): lint \\| failed', '- T-1 (attempt 2): commit 123').replace('in-progress', 'done'),
  );
});

test('in the notes list other lines are kept, and the list need not be at the end', () => {
  const text =
    '## Task notes\n\nBy Tallyman.\n\n- mine\n  more\n- T-1 (attempt 1): old\n\n## Tasks\n\n| id | status | description |\n|---|---|---|\n| T-1 | in-progress | x |\n| T-2 | in-progress | y |\n';
  const one = applied(text, transition('T-1', 'in-progress', 'done', { notes: 'new' }, 2));
  expect(one).toBe(text.replace('(attempt 1): old', '(attempt 2): new').replace('in-progress', 'done'));
  const two = applied(one, transition('T-2', 'in-progress', 'done', { notes: 'ok' }));
  expect(two).toBe(one.replace('new\n', 'new\n- T-2 (attempt 1): ok\n').replace('in-progress', 'done'));
  expect(readNotes(read(two))).toEqual(
    new Map([
      ['T-1', 'new'],
      ['T-2', 'ok'],
    ]),
  );
});

test('a file without a last line end gets one before the notes', () => {
  const text = '| id | status | description |\n|---|---|---|\n| T-1 | in-progress | x |';
  expect(applied(text, transition('T-1', 'in-progress', 'done', { notes: 'n' }))).toBe(
    '| id | status | description |\n|---|---|---|\n| T-1 | done | x |\n\n## Task notes\n\n- T-1 (attempt 1): n\n',
  );
});

const table = '| id | status | description |\n|---|---|---|\n| T-1 | in-progress | x |\n| T-2 | in-progress | y |\n';
const both = (text: string) =>
  applied(
    applied(text, transition('T-1', 'in-progress', 'done', { notes: 'one' })),
    transition('T-2', 'in-progress', 'done', { notes: 'two' }),
  );

test.each(['```\nnever closed\n', '<!-- note\n', '<pre>\n\nx', '<![CDATA[\n\n'])(
  'notes go above a block that hides the end of the file: %j',
  (block) => {
    const after = both(`${table}\n${block}`);
    const done = table.replaceAll('in-progress', 'done');
    expect(after).toBe(`${done}\n## Task notes\n\n- T-1 (attempt 1): one\n- T-2 (attempt 1): two\n\n${block}`);
    expect([...readNotes(read(after)).values()]).toEqual(['one', 'two']);
  },
);

test.each([
  [
    'an underlined heading',
    'Task notes\n----------\n',
    'Task notes\n----------\n\n- T-1 (attempt 1): one\n- T-2 (attempt 1): two\n',
  ],
  [
    'lines and lists that belong to a bullet',
    '## Task notes\n\n- T-1 (attempt 1): old\n  more of it\n  - inner\n\n  - inner too\n',
    '## Task notes\n\n- T-1 (attempt 1): one\n  more of it\n  - inner\n\n  - inner too\n- T-2 (attempt 1): two\n',
  ],
  [
    'text right below the heading',
    '## Task notes\nMine.\n',
    '## Task notes\n\n- T-1 (attempt 1): one\n- T-2 (attempt 1): two\n\nMine.\n',
  ],
])('in the notes list %s stay whole', (_name, before, after) => {
  expect(both(`${table}\n${before}`)).toBe(`${table.replaceAll('in-progress', 'done')}\n${after}`);
});
