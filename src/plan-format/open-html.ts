/** Where HTML may be open that ends only at a mark of its own. Elsewhere such marks, and the `<br>` of a cell, change no block. */
import type { Lines } from './lines.ts';
import { lineText } from './lines.ts';

/** How it begins, behind list and quote marks too, and what ends it. */
const kinds: readonly (readonly [RegExp, RegExp])[] = (
  [
    ['<!--', /-->/],
    [String.raw`<\?`, /\?>/],
    [String.raw`<!\[CDATA\[`, /\]\]>/],
    ['<![a-z]', />/],
    [String.raw`<(?:pre|script|style|textarea)(?=[\s>]|$)`, /<\/(?:pre|script|style|textarea)>/i],
  ] as const
).map(([begin, end]) => [new RegExp(String.raw`^[ \t>+*\-\d.)]{0,200}${begin}`, 'i'), end]);

/** To be asked once for each line, in order. `true` where it cannot be ruled out: also inside code, where `<!--` begins nothing. */
export function openHtml(lines: Lines): (line: number) => boolean {
  if (!lines.text.includes('<')) return () => false;
  const open = new Set<RegExp>();
  return (line) => {
    const before = open.size > 0;
    const text = lineText(lines, line);
    for (const end of open) if (end.test(text)) open.delete(end);
    if (!text.includes('<')) return before;
    for (const [begin, end] of kinds) {
      const found = begin.exec(text);
      if (found !== null && !end.test(text.slice(found[0].length))) open.add(end);
    }
    return before;
  };
}
