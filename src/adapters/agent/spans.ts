/**
 * Balanced `{…}` spans of a text, in one pass: the places where a JSON object may stand.
 * Only a span that closes is given, so a text cut short never offers its torn object. Spans that nest deeper than a
 * result block can are left out, which keeps the sum of their lengths linear in the text.
 */

export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A result block is flat; a little room for extra keys with objects in them. */
const heightMax = 6;

/** Sorted by their end, outer spans after the ones inside them. */
export function balancedSpans(text: string): readonly Span[] {
  const open: { readonly start: number; height: number }[] = [];
  const spans: Span[] = [];
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      // A JSON string has no line end in it: a stray quote in prose spoils its own line and no more.
      else if (char === '"' || char === '\n') inString = false;
    } else if (char === '"') inString = open.length > 0;
    else if (char === '{') open.push({ start: at, height: 1 });
    else if (char === '}') {
      const closed = open.pop();
      if (closed === undefined) continue;
      const outer = open.at(-1);
      if (outer !== undefined) outer.height = Math.max(outer.height, closed.height + 1);
      if (closed.height <= heightMax) spans.push({ start: closed.start, end: at + 1 });
    }
  }
  return spans;
}
