// Level: table.
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { diagnosticsJson, diagnosticsText, diagnosticText } from '../../src/views/diagnostics.ts';

const unknown: Diagnostic = {
  file: 'docs/tasks.md',
  line: 4,
  column: 20,
  length: 3,
  severity: 'error',
  code: 'unknown-dependency',
  message: 'Unexpected `T-9` in `depends_on`, expected the id of a row',
  advice: 'did you mean `T-8`? correct it, or add the row',
  source: '| T-1 | done | x | T-9 |',
};

test('a line with place, code, what and what to do, the source line and a caret', () => {
  expect(diagnosticText(unknown)).toBe(
    [
      'docs/tasks.md:4:20  unknown-dependency  Unexpected `T-9` in `depends_on`, expected the id of a row — did you mean `T-8`? correct it, or add the row',
      '    | T-1 | done | x | T-9 |',
      '                       ^^^',
    ].join('\n'),
  );
});

test('a warning says so, and without a source there is no caret', () => {
  const { source: _source, ...rest } = unknown;
  expect(diagnosticText({ ...rest, severity: 'warning' })).toMatch(
    /^docs\/tasks\.md:4:20 {2}unknown-dependency {2}warning: Unexpected [^\n]+$/,
  );
});

test('the caret stands below what is marked, whatever is before it', () => {
  const source = '| 漢字🙂\t\u202e\u001b | T-9 |';
  const [, shown = '', caret = ''] = diagnosticText({ ...unknown, source, column: 12 }).split('\n');
  expect(shown).toBe(String.raw`    | 漢字🙂 \x202e\x1b | T-9 |`);
  // Each of the three wide characters takes two places on a terminal.
  expect(caret.indexOf('^')).toBe(shown.indexOf('T-9') + 2);
});

test('of a long line the part around the caret is shown', () => {
  const source = `${'x'.repeat(3_000)}HERE${'y'.repeat(3_000)}`;
  const [, shown = '', caret = ''] = diagnosticText({ ...unknown, source, column: 3_001, length: 4 }).split('\n');
  expect(shown).toHaveLength(4 + 102);
  expect(shown).toMatch(/^ {4}…x{40}HEREy{56}…$/);
  expect(caret.trim()).toBe('^^^^');
  expect(caret.indexOf('^')).toBe(shown.indexOf('HERE'));
  const [, end = ''] = diagnosticText({ ...unknown, source, column: 6_004, length: 1 }).split('\n');
  expect(end.endsWith('y')).toBe(true);
});

test('a caret at the end of a line, and of an empty line', () => {
  const at = (source: string, column: number) => diagnosticText({ ...unknown, source, column, length: 1 }).split('\n');
  expect(at('abc', 4)[2]).toBe('       ^');
  expect(at('', 1)).toHaveLength(1);
});

test("colours are the caller's", () => {
  const painted = diagnosticText(unknown, (part, text) => (part === 'error' || part === 'caret' ? `<${text}>` : text));
  expect(painted).toContain('  <unknown-dependency>  ');
  expect(painted).toContain('<                   ^^^>');
});

test('several, and as data', () => {
  expect(diagnosticsText([])).toBe('');
  expect(diagnosticsText([unknown, unknown]).split('\n')).toHaveLength(7);
  const { source: _source, ...rest } = unknown;
  expect(diagnosticsJson([unknown])).toEqual([rest]);
});
