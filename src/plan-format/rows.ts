/** Rows and the ids they name, looked up. Lenient: what could be read is there, whatever is wrong beside it. Judges nothing. */
import { isTaskId } from '../domain/ids.ts';
import type { TaskId } from '../domain/ids.ts';
import type { PlanFormat } from '../domain/policy.ts';
import type { ColumnName } from './columns.ts';
import { isEmptyText } from './columns.ts';
import type { Cell, PlanDocument, Range, Row, TaskTable } from './document.ts';

export interface ReadRow {
  readonly table: TaskTable;
  readonly row: Row;
  /** Missing when the cell is, or is no id. Two rows may have the same. */
  readonly id?: TaskId;
  /** Too few or too many cells: which cell is which cannot be told, so only the id is looked at. */
  readonly isBroken: boolean;
}

/** An id in `depends_on` or `blocks`. */
export interface Mention {
  readonly row: ReadRow;
  readonly column: 'depends_on' | 'blocks';
  /** As written; empty where two commas have nothing between them. */
  readonly text: string;
  readonly range: Range;
  /** Missing when it names no row. */
  readonly target?: ReadRow;
}

export type IsId = (text: string) => text is TaskId;

/** A cell by column; undefined when the table has no such column, or the row no such cell. */
export function cellIn(row: ReadRow, column: ColumnName): Cell | undefined {
  const place = row.table.columns[column];
  return place === undefined ? undefined : row.row.cells[place];
}

/** Text of a cell; empty when there is none, and for what people write in an empty cell. */
export function textIn(row: ReadRow, column: ColumnName): string {
  const text = cellIn(row, column)?.text ?? '';
  return isEmptyText(text) ? '' : text;
}

/** The pattern of the config, and what every id must be to stand in a ref and a folder's name. A bad pattern matches nothing. */
export function idCheck(format: PlanFormat): IsId {
  const pattern = idPattern(format);
  return (text): text is TaskId => isTaskId(text) && pattern?.test(text) === true;
}

export function idPattern(format: PlanFormat): RegExp | undefined {
  try {
    return new RegExp(format.idPattern);
  } catch {
    // A pattern that is no regular expression: the config refuses it; here no id matches, and `id-format` says why.
    return undefined;
  }
}

/** All rows of all tables, in order. */
export function rowsIn(document: PlanDocument, isId: IsId): readonly ReadRow[] {
  return document.tables.flatMap((table) => table.rows.map((row) => readRow(table, row, isId)));
}

function readRow(table: TaskTable, row: Row, isId: IsId): ReadRow {
  const text = row.cells[table.columns['id'] ?? -1]?.text ?? '';
  const isBroken = row.cells.length !== table.header.cells.length;
  return { table, row, isBroken, ...(isId(text) && { id: text }) };
}

/** All ids in `depends_on` and `blocks`, row by row. */
export function mentionsOf(rows: readonly ReadRow[], byId: ReadonlyMap<string, ReadRow>): readonly Mention[] {
  return rows.flatMap((row) => [...mentionsIn(row, 'depends_on', byId), ...mentionsIn(row, 'blocks', byId)]);
}

function mentionsIn(row: ReadRow, column: Mention['column'], byId: ReadonlyMap<string, ReadRow>): Mention[] {
  const cell = cellIn(row, column);
  if (cell === undefined || row.isBroken || isEmptyText(cell.text)) return [];
  const mentions: Mention[] = [];
  let start = cell.content.start;
  for (const part of cell.text.split(',')) {
    const text = part.trim();
    const at = start + part.length - part.trimStart().length;
    const length = Math.max(rawLength(text), 1);
    const target = byId.get(text);
    const range = { start: at, end: at + length };
    mentions.push({ row, column, text, range, ...(target !== undefined && { target }) });
    // In the file a pipe of a cell has a backslash before it.
    start += rawLength(part) + 1;
  }
  return mentions;
}

function rawLength(text: string): number {
  return text.includes('|') ? text.replaceAll('|', String.raw`\|`).length : text.length;
}
