// Level: property and table.
import fc from 'fast-check';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';
import { expect, test } from 'vitest';
import { escapeHtml, escapeMarkdown, escapeTerminal } from '../../src/views/escape.ts';

test('HTML has no tag, entity or end of an attribute left', () => {
  expect(escapeHtml(`<img src="x" onerror='a&b'>`)).toBe('&lt;img src=&quot;x&quot; onerror=&#39;a&amp;b&#39;&gt;');
});

test('Markdown that a stranger wrote is plain text', () => {
  const parser = remark().use(remarkGfm);
  const piece = fc.constantFrom(
    '*',
    '_',
    '`',
    '[x](javascript:a)',
    '![](http://e)',
    '<b>',
    '|',
    '~~',
    '\\',
    '# ',
    '- ',
    '1. ',
    '\n',
    'a',
    ' ',
    '&amp;',
    '@b',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const root = parser.parse(`x ${escapeMarkdown(pieces.join(''))}`);
      const kinds = new Set<string>();
      const walk = (node: { type: string; children?: readonly { type: string }[] }): void => {
        kinds.add(node.type);
        for (const child of node.children ?? []) walk(child);
      };
      walk(root);
      expect([...kinds].toSorted()).toEqual(['paragraph', 'root', 'text']);
    }),
    { numRuns: 500 },
  );
});

test('a terminal gets no control characters', () => {
  expect(escapeTerminal('a\u001b]52;c;x\u0007b\u202ec\rd\tz')).toBe(String.raw`a\x1b]52;c;x\x07b\x202ec\x0dd z`);
});
