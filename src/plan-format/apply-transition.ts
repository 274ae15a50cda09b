/**
 * Document + Transition -> the document with the cells written. Every other byte is equal: edits are spliced in by place, and the
 * result is read again and compared before it is given out. A column that the table does not have is not written. Spec 5.2.
 */
import type { TaskId } from '../domain/ids.ts';
import type { Result } from '../domain/result.ts';
import { err, ok } from '../domain/result.ts';
import type { Transition } from '../domain/transition.ts';
import type { ColumnName } from './columns.ts';
import { isEmptyText, parseStatus, writtenTexts } from './columns.ts';
import type { Cell, PlanDocument } from './document.ts';
import { atEdge, cellEdit, editText, emptyMark } from './edit-cells.ts';
import { encodeCell } from './encode-cell.ts';
import { readDocument } from './read-document.ts';
import type { RowAt } from './row-at.ts';
import { rowOf, statusOf } from './row-at.ts';
import type { TextEdit } from './task-notes.ts';
import { noteEdit, readNotes } from './task-notes.ts';

export type Refusal = Readonly<{ why: string }>;

/** The document with one transition written; the same document when it says so already. Refused when the row is missing or its status is not `from`. */
export function applyTransition(document: PlanDocument, transition: Transition): Result<PlanDocument, Refusal> {
  const at = rowOf(document, transition.task);
  if (at === undefined) return err({ why: `there is no row ${transition.task} in ${document.path}` });
  const status = statusOf(document, transition.task);
  if (status !== transition.from) {
    return err({ why: `the status of ${transition.task} is ${status ?? 'unknown'}, expected ${transition.from}` });
  }
  const { edits, written } = editsFor(document, at, transition);
  if (edits.length === 0) return ok(document);
  const text = editText(document.text, edits);
  if (!text.ok) return text;
  const after = readDocument(document.path, text.value).document;
  const broken = whatBroke(document, after, transition, written);
  return broken === undefined ? ok(after) : err({ why: `writing ${transition.task} would ${broken}` });
}

interface Edits {
  readonly edits: readonly TextEdit[];
  /** What the cells will say, by place in the row. */
  readonly written: ReadonlyMap<number, string>;
}

function editsFor(document: PlanDocument, at: RowAt, transition: Transition): Edits {
  const texts = writtenTexts({ ...transition.cells, status: transition.to });
  const edits: TextEdit[] = [];
  const written = new Map<number, string>();
  for (const [column, meant] of Object.entries(texts) as [ColumnName, string][]) {
    const place = at.table.columns[column];
    const cell = at.row.cells[place ?? -1];
    if (place === undefined || cell === undefined) continue;
    const text = atEdge(document.text, at.row, place, meant);
    if (isSaid(document.text, cell, column, text)) continue;
    const edit = cellEdit(document.text, at.table, at.row, place, text);
    if (edit === undefined) continue;
    edits.push(edit);
    written.set(place, text);
  }
  const { notes } = transition.cells;
  if (notes !== undefined && at.table.columns['notes'] === undefined) {
    const edit = noteEdit(document, transition.task, transition.attempt, notes);
    if (edit !== undefined) edits.push(edit);
  }
  return { edits, written };
}

/** Does the cell say so already? `Done` says `done`, and `-` says nothing: a person's way of writing is kept. */
function isSaid(text: string, cell: Cell, column: ColumnName, wanted: string): boolean {
  if (column === 'status') return parseStatus(cell.text) === wanted;
  if (wanted === '') return isEmptyText(cell.text);
  return text.slice(cell.content.start, cell.content.end) === wanted;
}

/** What is not as it should be in the result, in words; undefined when only the meant cells, and the notes list, differ. */
function whatBroke(
  before: PlanDocument,
  after: PlanDocument,
  { task, to, cells }: Transition,
  written: ReadonlyMap<number, string>,
): string | undefined {
  if (before.tables.length !== after.tables.length) return 'change the number of tables';
  if (statusOf(after, task) !== to) return 'not give the status that was meant';
  for (const [number, table] of before.tables.entries()) {
    const other = after.tables[number];
    if (other?.rows.length !== table.rows.length) return 'change the number of rows';
    for (const [index, row] of table.rows.entries()) {
      const now = other.rows[index];
      const isOwn = row === rowOf(before, task)?.row;
      if (!isOwn && lineOf(before, row.range) === lineOf(after, now?.range)) continue;
      if (!isOwn || now?.cells.length !== row.cells.length) return `change line ${row.line}`;
      const wrong = row.cells.findIndex((cell, place) => {
        const text = raw(after, now.cells[place]);
        const wanted = written.get(place) ?? raw(before, cell);
        return text !== wanted && !(wanted === '' && text === emptyMark);
      });
      if (wrong >= 0) return `change a cell of line ${row.line} that it should not`;
    }
  }
  if (!isNoteSaid(after, task, cells.notes))
    return `not put its note where it can be read again under \`## Task notes\``;
  return notesBroke(before, after, task, cells.notes === undefined);
}

/** A note that cannot be read back would be written once more with every change. */
function isNoteSaid(after: PlanDocument, task: TaskId, note: string | undefined): boolean {
  if (note === undefined || rowOf(after, task)?.table.columns['notes'] !== undefined) return true;
  return (readNotes(after).get(task) ?? '') === encodeCell(note);
}

function notesBroke(before: PlanDocument, after: PlanDocument, task: string, isUnwritten: boolean): string | undefined {
  const [was, is] = [readNotes(before), readNotes(after)];
  for (const [id, note] of was) {
    if (is.get(id) !== note && (id !== task || isUnwritten)) return `change the note of ${id}`;
  }
  return undefined;
}

function lineOf(document: PlanDocument, range: { readonly start: number; readonly end: number } | undefined): string {
  return range === undefined ? '' : document.text.slice(range.start, range.end);
}

function raw(document: PlanDocument, cell: Cell | undefined): string | undefined {
  return cell === undefined ? undefined : document.text.slice(cell.content.start, cell.content.end);
}
