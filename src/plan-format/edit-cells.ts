/** Text + cell edits -> text. Every byte outside the edited places is equal, by construction. Knows nothing of what the cells mean. Spec 3.3. */
import type { Result } from '../domain/result.ts';
import { err, ok } from '../domain/result.ts';
import type { Range, Row, TaskTable } from './document.ts';
import type { TextEdit } from './task-notes.ts';

/** What stands for nothing where a cell must not be empty. */
export const emptyMark = '—';

/** Puts edits into a text; refused when two overlap or one lies outside. In any order. */
export function editText(text: string, edits: readonly TextEdit[]): Result<string, { readonly why: string }> {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start);
  let out = '';
  let at = 0;
  for (const { range, text: next } of sorted) {
    if (range.start < at || range.end < range.start || range.end > text.length) {
      return err({ why: `an edit at ${range.start} to ${range.end} overlaps another or lies outside the text` });
    }
    out += text.slice(at, range.start) + next;
    at = range.end;
  }
  return ok(out + text.slice(at));
}

/**
 * The edit that makes a cell say `content`, an encoded text. In a table whose columns are aligned the cell keeps its width while it can;
 * elsewhere it keeps the padding that it has. An emptied cell at the edge of a row without an outer pipe gets `—`: without it the row
 * would lose a cell, and a `-` would begin a list.
 */
export function cellEdit(
  text: string,
  table: TaskTable,
  row: Row,
  place: number,
  content: string,
): TextEdit | undefined {
  const cell = row.cells[place];
  if (cell === undefined) return undefined;
  const { whole } = cell;
  const written = content === '' && isAtOpenEdge(text, row, whole) ? emptyMark : content;
  const before = text.slice(whole.start, cell.content.start);
  const after = text.slice(cell.content.end, whole.end);
  const isEmpty = cell.content.start === cell.content.end;
  const left = isEmpty ? (isTight(text, row) ? '' : ' ') : before;
  const right = isEmpty || written === '' ? left : after === '' ? '' : (/^[ \t]/.exec(after)?.[0] ?? '');
  const width = whole.end - whole.start;
  if (isAligned(table, place, width)) {
    const padded = (written === '' ? '' : (left || before) + written).padEnd(width);
    if (padded.length === width && (written === '' || padded.endsWith(' ') || after === ''))
      return { range: whole, text: padded };
  }
  // The last cell of a row without a closing pipe owns the line's trailing space; it stays.
  const trailing = isEmpty || !isOpenAtEnd(text, whole) ? right : after;
  return { range: whole, text: written === '' ? left || ' ' : left + written + trailing };
}

/** Header, delimiter and cell of one width: somebody keeps this column straight. */
function isAligned({ header, delimiter }: TaskTable, place: number, width: number): boolean {
  const widths = [header, delimiter].map(({ cells }) => {
    const whole: Range | undefined = cells[place]?.whole;
    return whole === undefined ? -1 : whole.end - whole.start;
  });
  return width > 3 && widths.every((one) => one === width);
}

/** A row written `|a|b|`, without any padding. */
function isTight(text: string, row: Row): boolean {
  return row.cells.every(({ content, whole }) => content.start === content.end || text[whole.start] !== ' ');
}

/** The content as it may stand in that place: at the beginning of a line without a pipe, a mark that would begin another block gets a backslash. */
export function atEdge(text: string, row: Row, place: number, content: string): string {
  const whole = row.cells[place]?.whole;
  if (place !== 0 || whole === undefined || text[whole.start - 1] === '|') return content;
  if (/^\d{1,9}[.)](?:\s|$)/.test(content)) return content.replace(/[.)]/, String.raw`\$&`);
  return /^(?:[-+*](?:\s|$)|#{1,6}(?:\s|$)|>|`{3}|~{3})/.test(content) ? `\\${content}` : content;
}

function isAtOpenEdge(text: string, row: Row, whole: Range): boolean {
  const isFirst = row.cells[0]?.whole === whole;
  return (isFirst && text[whole.start - 1] !== '|') || isOpenAtEnd(text, whole);
}

function isOpenAtEnd(text: string, whole: Range): boolean {
  return text[whole.end] !== '|';
}
