/**
 * Code blocks and HTML that are never closed: they hide everything down to the end of the file, also what Tallyman would write there.
 * Knows nothing of tables or tasks. Spec 3.3.
 */
import type { HiddenLines, Structure } from './find-tables.ts';
import type { Lines } from './lines.ts';
import { lineRange, lineText } from './lines.ts';

/** The block that goes on to the end of the file because nothing closes it; undefined when there is none. */
export function unclosedBlock(lines: Lines, { hidden }: Structure): HiddenLines | undefined {
  const last = hidden.at(-1);
  if (last === undefined || last.last < lines.count - 1) return undefined;
  return isUnclosed(last, lines) ? last : undefined;
}

/** Is it a fence, or HTML of the kinds that end only at a mark of their own, without its end? */
export function isUnclosed(block: HiddenLines, lines: Lines): boolean {
  if (block.inside === 'code') return isFence(block, lines) && !isClosedFence(block, lines);
  if (block.inside !== 'html') return false;
  const start = lineText(lines, block.first).trimStart().slice(0, 20);
  const end = htmlEnds.find(([begin]) => begin.test(start))?.[1];
  if (end === undefined) return false;
  const text = lines.text.slice(lineRange(lines, block.first).start, lineRange(lines, block.last).end);
  return !end.test(text);
}

const htmlEnds: readonly (readonly [RegExp, RegExp])[] = [
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![a-z]/i, />/],
  [/^<(?:pre|script|style|textarea)(?:[\s>]|$)/i, /<\/(?:pre|script|style|textarea)>/i],
];

export function isFence(block: HiddenLines, lines: Lines): boolean {
  return /^ {0,3}(?:`{3}|~{3})/.test(lineText(lines, block.first));
}

export function isClosedFence(block: HiddenLines, lines: Lines): boolean {
  const open = /^ {0,3}(`{3,}|~{3,})/.exec(lineText(lines, block.first))?.[1];
  if (block.inside !== 'code' || open === undefined) return false;
  // Equal lines after the closing fence may have been counted in; they are blank.
  let last = block.last;
  while (last > block.first && lineText(lines, last).trim() === '') last -= 1;
  const close = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(lineText(lines, last))?.[1];
  return last > block.first && close?.[0] === open[0] && (close?.length ?? 0) >= open.length;
}
