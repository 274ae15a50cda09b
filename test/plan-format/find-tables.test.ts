// Level: property. remark-gfm on the whole text is the oracle.
import fc from 'fast-check';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { describe, expect, test } from 'vitest';
import { findTables, structureLinesMax } from '../../src/plan-format/find-tables.ts';
import { splitLines } from '../../src/plan-format/lines.ts';

const parser = remark().use(remarkGfm);

interface Places {
  readonly tables: readonly string[];
  readonly headings: readonly number[];
}

function oracle(text: string): Places {
  const root = parser.parse(text.replace(/^\ufeff/, ''));
  const of = (type: string) => root.children.filter((node) => node.type === type).map((node) => node.position!);
  return {
    tables: of('table').map(({ start, end }) => `${start.line}-${end.line}`),
    headings: of('heading').map(({ start }) => start.line),
  };
}

function found(text: string): Places {
  const { tables, headings } = findTables(splitLines(text));
  return {
    tables: tables.map(({ first, last }) => `${first + 1}-${last + 1}`),
    headings: headings.map(({ line }) => line + 1),
  };
}

const line = fc.constantFrom(
  ...[
    '',
    '',
    '',
    'text',
    'more text',
    '| id | status |',
    '|---|---|',
    '|:--|--:|',
    '|---|',
    '| a | b |',
    'a | b',
    '--|--',
  ],
  ...[
    '| a \\| b | c |',
    '# heading',
    '## other ##',
    'under',
    '===',
    '---',
    '***',
    '- item',
    '  - inner',
    '1. one',
    '2. two',
  ],
  ...[
    '> quote',
    '```',
    '```js',
    '~~~',
    '    code',
    '\ttab',
    '<!-- open',
    'close -->',
    '<div>',
    '</div>',
    '[a]: b',
    '*em*',
  ],
  ...[
    '  | indented |',
    '   | a | b |',
    '> | a | b |',
    '> |--|--|',
    '- | a | b |',
    '| T-1 | done | x |',
    '\\| x',
    '<b>x</b>',
    '| a<br>b | c |',
    'x --> y',
    '<!-->',
    '<pre>',
    'x</pre>',
    '> <!-- quoted',
    '<?php',
  ],
);

test('tables and headings are where remark finds them in the whole text', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
      const text = lines.join(end);
      expect(found(text)).toEqual(oracle(text));
    }),
    { numRuns: 1_500 },
  );
});

test('long runs of equal lines, which are left out, change nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.integer({ min: 1, max: 9 })), { maxLength: 12 }), (runs) => {
      const text = runs.flatMap(([one, times]) => Array.from({ length: times }, () => one)).join('\n');
      expect(found(text)).toEqual(oracle(text));
    }),
    { numRuns: 800 },
  );
});

test('paragraphs again and again, which are left out, change nothing', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.array(line, { maxLength: 6 }), (head, tail) => {
      const prose = Array.from({ length: 12 }, (_, index) => [`prose ${index}`, '']).flat();
      const text = [...head, ...prose, ...tail].join('\n');
      expect(found(text)).toEqual(oracle(text));
    }),
    { numRuns: 500 },
  );
});

describe('what remark needs seconds or gigabytes for', () => {
  const table = '\n\n| id | status |\n|---|---|\n| T-1 | done |\n';
  test.each([
    ['8,000 quote marks', '>'.repeat(8_000)],
    ['a list of 1,000 levels', Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(2 * level)}- x`).join('\n')],
    ['1,000 list markers in one line', '- '.repeat(1_000)],
    ['64 KiB of open brackets', '['.repeat(65_536)],
    ['64 KiB of backticks behind a letter', `a${'`'.repeat(65_536)}`],
    ['64 KiB of emphasis', '**a *a_'.repeat(9_000)],
    ['200,000 lines of prose', 'hello world\n\n'.repeat(100_000)],
  ])('%s: the table below is found', (_name, text) => {
    expect(found(text + table).tables).toHaveLength(1);
  });

  test('10,000 rows are one table', () => {
    expect(found(`| id | status |\n|---|---|\n${'| T-1 | done |\n'.repeat(10_000)}`).tables).toEqual(['1-10002']);
  });

  test('more blocks than are read are said to be too many', () => {
    expect(findTables(splitLines('# a\n- b\n'.repeat(structureLinesMax))).tooLong).toBe(true);
  });
});

test('a heading is its text, without markers', () => {
  const text = '## Phase **1** - `Sec_urity` [x](y) ##\n\nUnder\nlined\n===\n\n# \n';
  expect(findTables(splitLines(text)).headings.map((heading) => heading.text)).toEqual([
    'Phase 1 - Sec_urity x',
    'Under lined',
    '',
  ]);
});
