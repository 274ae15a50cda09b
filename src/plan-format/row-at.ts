/** Rows by id, and what differs between two versions of one row: what the publisher asks before it writes. Spec 5.2. */
import type { TaskId } from '../domain/ids.ts';
import type { RowStatus } from '../domain/row-status.ts';
import type { Transition } from '../domain/transition.ts';
import { parseStatus } from './columns.ts';
import type { Cell, PlanDocument, Row, TaskTable } from './document.ts';
import { readNotes } from './task-notes.ts';

export interface RowAt {
  readonly table: TaskTable;
  readonly row: Row;
}

/** A document is looked at for every row of it: the rows are found once. */
const known = new WeakMap<PlanDocument, ReadonlyMap<string, RowAt>>();

/** All rows by the text of their id cell; of two with the same the first. */
export function rowsById(document: PlanDocument): ReadonlyMap<string, RowAt> {
  const before = known.get(document);
  if (before !== undefined) return before;
  const rows = new Map<string, RowAt>();
  for (const table of document.tables) {
    for (const row of table.rows) {
      const id = row.cells[table.columns['id'] ?? -1]?.text ?? '';
      if (id !== '' && !rows.has(id)) rows.set(id, { table, row });
    }
  }
  known.set(document, rows);
  return rows;
}

/** The first row with that id; undefined when there is none. */
export function rowOf(document: PlanDocument, id: TaskId): RowAt | undefined {
  return rowsById(document).get(id);
}

/** A cell of a row by column name (known, or unknown in lower case); undefined when the table has no such column. */
export function cellOf(at: RowAt, column: string): Cell | undefined {
  const place = at.table.columns[column] ?? at.table.extra[column];
  return place === undefined ? undefined : at.row.cells[place];
}

/** Status of a row; an empty cell is `not-started`. Undefined when the row is missing or the word is none of the six. */
export function statusOf(document: PlanDocument, id: TaskId): RowStatus | undefined {
  const at = rowOf(document, id);
  const word = at === undefined ? undefined : (cellOf(at, 'status')?.text ?? '');
  return word === '' ? 'not-started' : word === undefined ? undefined : parseStatus(word);
}

/** Names of the columns of a row whose text differs, `notes` also for its bullet under `## Task notes`; all of them when the row is missing on one side. Padding is no difference. */
export function changedCells(before: PlanDocument, after: PlanDocument, id: TaskId): readonly string[] {
  const [a, b] = [rowOf(before, id), rowOf(after, id)];
  const names = new Set([a, b].flatMap((at) => (at === undefined ? [] : columnsOf(at.table))));
  const changed = [...names].filter((name) => textOf(a, name) !== textOf(b, name));
  const isNoteChanged = readNotes(before).get(id) !== readNotes(after).get(id);
  return isNoteChanged && !changed.includes('notes') ? [...changed, 'notes'] : changed;
}

/** Does `after` really make this change of the row on `before`? A commit counts as an op only when it does; its trailer alone proves nothing. */
export function performs(
  before: PlanDocument,
  after: PlanDocument,
  transition: Pick<Transition, 'task' | 'from' | 'to'>,
): boolean {
  const { task, from, to } = transition;
  if (statusOf(before, task) !== from || statusOf(after, task) !== to) return false;
  return from !== to || changedCells(before, after, task).length > 0;
}

function columnsOf(table: TaskTable): string[] {
  return [...Object.keys(table.columns), ...Object.keys(table.extra)];
}

function textOf(at: RowAt | undefined, column: string): string | undefined {
  return at === undefined ? undefined : cellOf(at, column)?.text;
}
