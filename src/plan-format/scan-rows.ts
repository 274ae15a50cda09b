/**
 * Linear scanner of one table row: cells with their places. It splits exactly as GitHub-flavoured Markdown does (a pipe splits
 * even inside code; only a backslash saves it), which the tests hold against remark-gfm. It does not know where tables are.
 */
import type { Cell, Range, Row } from './document.ts';

/** Cells of the line at `range`. A line without a pipe is one cell. Never throws; linear. */
export function scanRow(text: string, range: Range, line: number): Row {
  const cells: Cell[] = [];
  const start = skipSpace(text, range.start, range.end);
  const end = skipSpaceBack(text, range.end, start);
  let cellStart = text[start] === '|' ? start + 1 : start;
  // An unescaped pipe at the end closes the last cell instead of opening another.
  let at = cellStart;
  while (at < end) {
    const character = text.charCodeAt(at);
    if (character === backslash && isEscapable(text.charCodeAt(at + 1)) && at + 1 < end) at += 2;
    else if (character === pipe) {
      cells.push(cellAt(text, cellStart, at));
      at += 1;
      cellStart = at;
    } else at += 1;
  }
  if (cellStart < end || cells.length === 0) cells.push(cellAt(text, cellStart, range.end));
  return { line, range, cells };
}

/** `:---`, `---:`, `:-:` or `-` in every cell. */
export function isDelimiterRow(row: Row): boolean {
  return row.cells.every((cell) => /^:?-+:?$/.test(cell.text));
}

const pipe = 0x7c;
const backslash = 0x5c;

function isEscapable(code: number): boolean {
  return code === pipe || code === backslash;
}

function cellAt(text: string, start: number, end: number): Cell {
  const contentStart = skipSpace(text, start, end);
  const whole = { start, end };
  if (contentStart === end) {
    // Content goes after one space of padding where there is room for it.
    const place = Math.min(start + 1, end);
    return { content: { start: place, end: place }, whole, text: '' };
  }
  const contentEnd = skipSpaceBack(text, end, contentStart);
  const content = text.slice(contentStart, contentEnd);
  return {
    content: { start: contentStart, end: contentEnd },
    whole,
    text: content.includes('\\|') ? content.replaceAll('\\|', '|') : content,
  };
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function skipSpaceBack(text: string, end: number, from: number): number {
  let at = end;
  while (at > from && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}
