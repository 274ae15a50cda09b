/** A text by lines. CommonMark's line ends: LF, CRLF and a lone CR. A BOM belongs to no line. */
import type { Range } from './document.ts';

export interface Lines {
  readonly text: string;
  readonly count: number;
  /** From 0: where the line begins. */
  readonly starts: readonly number[];
  /** From 0: where it ends, without its line end. */
  readonly ends: readonly number[];
}

export const bom = '\ufeff';

export function splitLines(text: string): Lines {
  const starts = [text.startsWith(bom) ? 1 : 0];
  const ends: number[] = [];
  const lineEnd = /\r\n|\n|\r/g;
  for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
    ends.push(match.index);
    starts.push(lineEnd.lastIndex);
  }
  ends.push(text.length);
  // A file that ends with a line end has no line after it.
  if (starts.length > 1 && starts.at(-1) === text.length) {
    starts.pop();
    ends.pop();
  }
  return { text, count: starts.length, starts, ends };
}

/** A line's place, from 0. */
export function lineRange(lines: Lines, index: number): Range {
  return { start: lines.starts[index] ?? lines.text.length, end: lines.ends[index] ?? lines.text.length };
}

export function lineText(lines: Lines, index: number): string {
  const { start, end } = lineRange(lines, index);
  return lines.text.slice(start, end);
}

/** Index from 0 of the line that holds an offset. */
export function lineAt(lines: Lines, offset: number): number {
  let low = 0;
  let high = lines.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The line end that a file uses at that line; the file's first one when that line is the last and has none; LF for a file of one line. */
export function lineEndAt(lines: Lines, index: number): string {
  const own = lines.text.slice(lines.ends[index] ?? 0, lines.starts[index + 1] ?? lines.text.length);
  if (own !== '') return own;
  const first = /\r\n|\n|\r/.exec(lines.text)?.[0];
  return first ?? '\n';
}
