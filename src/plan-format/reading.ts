/**
 * A document with its rows and the ids they name looked up: what the rules judge and the plan is made from. Lenient: it holds whatever
 * could be read, so that all problems are found at once. Judges nothing itself.
 */
import { isTaskId } from '../domain/ids.ts';
import type { TaskId } from '../domain/ids.ts';
import type { PlanFormat } from '../domain/policy.ts';
import type { ColumnName } from './columns.ts';
import { isEmptyText } from './columns.ts';
import type { Cell, PlanDocument, Range, Row, TaskTable } from './document.ts';
import type { Structure } from './find-tables.ts';
import type { Lines } from './lines.ts';
import { findNearTables } from './near-tables.ts';
import type { NearTables } from './near-tables.ts';
import type { PhaseReading } from './phases.ts';
import { readPhases } from './phases.ts';
import type { ReadDocument } from './read-document.ts';

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

export interface Reading extends NearTables {
  readonly document: PlanDocument;
  readonly lines: Lines;
  readonly structure: Structure;
  readonly format: PlanFormat;
  readonly isId: (text: string) => text is TaskId;
  readonly rows: readonly ReadRow[];
  /** The first row of each id. */
  readonly byId: ReadonlyMap<string, ReadRow>;
  readonly mentions: readonly Mention[];
  readonly phases: PhaseReading;
}

export function readRows(read: ReadDocument, format: PlanFormat): Reading {
  const isId = idCheck(format);
  const rows = read.document.tables.flatMap((table) => table.rows.map((row) => readRow(table, row, isId)));
  const byId = new Map<string, ReadRow>();
  for (const row of rows) if (row.id !== undefined && !byId.has(row.id)) byId.set(row.id, row);
  const mentions = rows.flatMap((row) => [...mentionsIn(row, 'depends_on', byId), ...mentionsIn(row, 'blocks', byId)]);
  const phases = readPhases({ ...read, format, isId, rows });
  return { ...read, ...findNearTables(read), format, isId, rows, byId, mentions, phases };
}

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
function idCheck(format: PlanFormat): (text: string) => text is TaskId {
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

function readRow(table: TaskTable, row: Row, isId: (text: string) => text is TaskId): ReadRow {
  const text = row.cells[table.columns['id'] ?? -1]?.text ?? '';
  const isBroken = row.cells.length !== table.header.cells.length;
  return { table, row, isBroken, ...(isId(text) && { id: text }) };
}

function mentionsIn(row: ReadRow, column: Mention['column'], byId: ReadonlyMap<string, ReadRow>): Mention[] {
  const cell = cellIn(row, column);
  if (cell === undefined || row.isBroken || isEmptyText(cell.text)) return [];
  const mentions: Mention[] = [];
  let start = cell.content.start;
  for (const part of cell.text.split(',')) {
    const text = part.trim();
    const at = start + part.length - part.trimStart().length;
    const target = byId.get(text);
    const range = { start: at, end: at + Math.max(text.length, 1) };
    mentions.push({ row, column, text, range, ...(target !== undefined && { target }) });
    start += part.length + 1;
  }
  return mentions;
}
