/** Rows by id, and what differs between two versions of one row: what the publisher asks before it writes. Spec 5.2. */
import type { TaskId } from '../domain/ids.ts';
import type { RowStatus } from '../domain/row-status.ts';
import { isRowStatus } from '../domain/row-status.ts';
import type { Transition } from '../domain/transition.ts';
import type { Cell, PlanDocument, Row, TaskTable } from './document.ts';

export interface RowAt {
  readonly table: TaskTable;
  readonly row: Row;
}

/** The first row with that id; undefined when there is none. */
export function rowOf(document: PlanDocument, id: TaskId): RowAt | undefined {
  for (const table of document.tables) {
    const place = table.columns['id'];
    if (place === undefined) continue;
    const row = table.rows.find((candidate) => candidate.cells[place]?.text === id);
    if (row !== undefined) return { table, row };
  }
  return undefined;
}

/** A cell of a row by column name (known, or unknown in lower case); undefined when the table has no such column. */
export function cellOf(at: RowAt, column: string): Cell | undefined {
  const place = at.table.columns[column] ?? at.table.extra[column];
  return place === undefined ? undefined : at.row.cells[place];
}

/** Status of a row; an empty cell is `not-started`. Undefined when the row is missing or the word is none of the six. */
export function statusOf(document: PlanDocument, id: TaskId): RowStatus | undefined {
  const at = rowOf(document, id);
  if (at === undefined) return undefined;
  const word = cellOf(at, 'status')?.text.toLowerCase() ?? '';
  if (word === '') return 'not-started';
  return isRowStatus(word) ? word : undefined;
}

/** Names of the columns of a row whose text differs, `notes` for its bullet under `## Task notes`; every column when the row is missing on one side. Padding is no difference. */
export function changedCells(before: PlanDocument, after: PlanDocument, id: TaskId): readonly string[] {
  const a = rowOf(before, id);
  const b = rowOf(after, id);
  const names = new Set([a, b].flatMap((at) => (at === undefined ? [] : columnNames(at.table))));
  return [...names].filter((name) => textOf(a, name) !== textOf(b, name));
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

function columnNames(table: TaskTable): string[] {
  return [...Object.keys(table.columns), ...Object.keys(table.extra)];
}

function textOf(at: RowAt | undefined, column: string): string | undefined {
  return at === undefined ? undefined : cellOf(at, column)?.text;
}
