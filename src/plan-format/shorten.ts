/**
 * A document cut down to its block structure, so that remark, which needs a millisecond per table row and far more for a hostile
 * line, reads a few lines of a few characters whatever it is given. Every kept line is shortened to what decides its block: indentation,
 * marker, fence, HTML ends, delimiter row. Runs of lines that change nothing are left out. Tests hold the result against remark on the whole text.
 */
import type { Range } from './document.ts';
import { openHtml } from './open-html.ts';
import { isDelimiterRow, scanRow } from './scan-rows.ts';
import type { Lines } from './lines.ts';
import { lineRange } from './lines.ts';

export interface Shortened {
  readonly text: string;
  /** By line of `text`, from 0: the line of the document it stands for. */
  readonly lineOf: readonly number[];
}

/** Deeper indentation or nesting than any plan has; a limit, because nesting is where Markdown parsers are slow. */
const indentMax = 40;
const markersMax = 40;
/** Cells of a header row that remark gets to see; `limits` refuses wider tables. */
export const columnsMax = 200;

/** Never throws; linear in the text. A block ends on the line before the next kept line: equal lines that follow a kept one are left out. */
export function shorten(lines: Lines): Shortened {
  const out: string[] = [];
  const lineOf: number[] = [];
  const headers = new Set<number>();
  const open = openHtml(lines);
  for (let line = 0; line < lines.count; line += 1) {
    const isHeader = isHeaderOfTable(lines, line);
    const hasHtml = open(line);
    const text = isHeader ? headerForm(lines, line, hasHtml) : shortForm(lines, line, hasHtml);
    if (text === out.at(-1) && mayRepeat(text) && !isHeader) continue;
    if (isHeader) headers.add(out.length);
    out.push(text);
    lineOf.push(line);
  }
  return leaveOutPairs(out, lineOf, headers);
}

/** A line of these changes nothing when the one before it is the same; a fence or an underline would. */
function mayRepeat(text: string): boolean {
  return /^ *(?:(?:[-+*>]|\d+[.)]) +)*[x|]?$/.test(text);
}

/** A, B, A, B, again A, B, and then A: the last pair changes nothing. What comes after the run still has its own line before it. That is what prose, paragraphs between blank lines, becomes. */
function leaveOutPairs(out: readonly string[], lineOf: readonly number[], headers: ReadonlySet<number>): Shortened {
  const text: string[] = [];
  const kept: number[] = [];
  for (let index = 0; index < out.length; index += 1) {
    const [a = '', b = ''] = [out[index], out[index + 1]];
    const isThird = text.at(-1) === b && text.at(-2) === a && text.at(-3) === b && text.at(-4) === a;
    const isHeader = headers.has(index) || headers.has(index + 1);
    if (isThird && mayRepeat(a) && mayRepeat(b) && !isHeader && out[index + 2] === a) {
      index += 1;
      continue;
    }
    text.push(a);
    kept.push(lineOf[index] ?? 0);
  }
  return { text: text.join('\n'), lineOf: kept };
}

const delimiterLine = /^[ \t]*[|:-][ \t|:-]*$/;

/** Only such a pair can be a table; whether it is one, remark says. */
function isHeaderOfTable(lines: Lines, line: number): boolean {
  // A header of hyphens is one as it is; as letters it would be no delimiter row for the line above it.
  if (delimiterLine.test(raw(lines, line, 2_000))) return false;
  const next = raw(lines, line + 1, 2_000).replace(/^[ \t>]+/, '');
  return next.includes('-') && /[|:]/.test(next) && delimiterLine.test(next);
}

/** The header's cells as letters: their number, and what stands before them, is all that matters. */
function headerForm(lines: Lines, line: number, hasHtml: boolean): string {
  const range = lineRange(lines, line);
  const short = shortForm(lines, line, hasHtml);
  const marker = /^ *[x|]/.test(short) ? (/^ */.exec(short)?.[0] ?? '') : undefined;
  // A header behind a list or quote marker is no task table; it keeps its beginning.
  if (marker === undefined) return short;
  const ends = hasHtml ? htmlEnds(lines.text.slice(range.start, range.end)) : '';
  return marker + cellsForm(lines.text, range).replace('x', `x ${ends}`.trimEnd());
}

/** As many cells as the line has, and whether they begin with a pipe. */
function cellsForm(text: string, range: Range): string {
  const cells = scanRow(text, range, 1).cells.slice(0, columnsMax);
  const first = /^[ \t]*\|/.test(text.slice(range.start, range.end)) ? '|' : '';
  return `${first}${cells.map(() => 'x').join('|')}${cells.length === 1 && first === '' ? '' : '|'}`;
}

function shortForm(lines: Lines, line: number, hasHtml: boolean): string {
  const range = lineRange(lines, line);
  const [indent, rest] = indented(raw(lines, line, 4_000));
  if (rest === '') return '';
  if (delimiterLine.test(rest)) return indent + delimiterForm(lines, line, rest);
  const marked = markerForm(rest);
  if (marked !== undefined) return indent + marked;
  const ends = hasHtml ? htmlEnds(lines.text.slice(range.start, range.end)) : '';
  return indent + (rest.startsWith('|') ? '|' : 'x') + (ends === '' ? '' : ` ${ends}`);
}

function raw(lines: Lines, line: number, max: number): string {
  if (line >= lines.count) return '';
  const { start, end } = lineRange(lines, line);
  return lines.text.slice(start, Math.min(end, start + max));
}

/** Indentation in spaces, tabs at stops of four, and the rest of the line. */
function indented(text: string): [string, string] {
  let width = 0;
  let at = 0;
  for (; text[at] === ' ' || text[at] === '\t'; at += 1) width += text[at] === '\t' ? 4 - (width % 4) : 1;
  return [' '.repeat(Math.min(width, indentMax)), text.slice(at).trimEnd()];
}

function delimiterForm(lines: Lines, line: number, rest: string): string {
  const row = scanRow(lines.text, lineRange(lines, line), line + 1);
  if (!rest.startsWith('|')) {
    // Hyphens and a space would begin a list; two of them stand for any number.
    const isTable = rest.length > 400 && !/^[-+*][ \t]/.test(rest) && isDelimiterRow(row);
    return isTable
      ? row.cells
          .slice(0, columnsMax)
          .map(() => '--')
          .join('|')
      : rest.slice(0, 2_000);
  }
  if (!isDelimiterRow(row)) return '|';
  return `|${row.cells
    .slice(0, columnsMax)
    .map(() => '-')
    .join('|')}|`;
}

/** The form of a line that begins a block other than a paragraph; undefined for any other line. */
function markerForm(rest: string): string | undefined {
  const fence = /^(`{3,}|~{3,})(.*)$/.exec(rest);
  if (fence?.[1] !== undefined) return fenceForm(fence[1], fence[2] ?? '');
  if (/^#{1,6}(?:[ \t]|$)/.test(rest)) return `${/^#+/.exec(rest)?.[0] ?? '#'} x`;
  if (/^[=_]+[ \t]*$/.test(rest) || /^[-*_](?:[ \t]*[-*_])*$/.test(rest)) return rest.slice(0, markersMax);
  if (rest.startsWith('<')) return htmlForm(rest);
  const list = /^(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/.exec(rest);
  if (list !== null) return nested(listMarker(list[0]), rest);
  if (rest.startsWith('>')) return nested('>', rest);
  if (/^\[[^\]]{1,60}\]:/.test(rest)) return rest.slice(0, markersMax).replace(/[^\w[\]:^ ]/g, 'x');
  return undefined;
}

/** A table may stand in a list or a quote: no task table, but it ends where a paragraph would go on. */
function innerForm(text: string): string {
  if (delimiterLine.test(text)) return text.slice(0, 400);
  return text.includes('|') ? cellsForm(text, { start: 0, end: text.length }) : 'x';
}

function fenceForm(fence: string, info: string): string {
  const run = fence.slice(0, markersMax);
  if (info.trim() === '') return run;
  return `${run} ${fence.startsWith('`') && info.includes('`') ? '`' : 'x'}`;
}

/** Whether an ordered list begins with 1, and how wide its marker is, is all that matters. */
function listMarker(marker: string): string {
  return marker.length === 2 && marker.startsWith('1') ? marker : marker.replaceAll(/\d/g, '2');
}

/** What stands behind a marker may be a marker again: `> - # x`. */
function nested(marker: string, rest: string): string {
  let out = marker;
  let left = rest.slice(marker.length);
  while (out.length < markersMax) {
    const [indent, text] = indented(left);
    if (text === '') return out;
    out += indent;
    const inner = /^(?:[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)|>)/.exec(text)?.[0];
    if (inner === undefined) return out + (markerForm(text) ?? innerForm(text));
    out += inner;
    left = text.slice(inner.length);
  }
  return out;
}

function htmlForm(rest: string): string {
  const start = rest.slice(0, 200);
  return rest.length > start.length ? `${start} ${htmlEnds(rest)}` : start;
}

/** An HTML block ends at the line that holds one of these, anywhere in it. */
function htmlEnds(text: string): string {
  if (!text.includes('>')) return '';
  return htmlEnd.filter((end) => text.toLowerCase().includes(end)).join(' ');
}

const htmlEnd = ['-->', '?>', ']]>', '</script>', '</pre>', '</style>', '</textarea>', '>'];
