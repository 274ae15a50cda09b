/** Text of a plan file -> PlanDocument: the tables that are task tables, their rows and cells, and the notes list. Judges nothing. */
import type { NotesSection, PlanDocument, Row, TaskTable } from './document.ts';
import { isColumnName } from './columns.ts';
import type { Structure, TableLines } from './find-tables.ts';
import { findTables } from './find-tables.ts';
import type { Lines } from './lines.ts';
import { lineRange, splitLines } from './lines.ts';
import { scanRow } from './scan-rows.ts';

export interface ReadDocument {
  readonly document: PlanDocument;
  readonly lines: Lines;
  readonly structure: Structure;
}

/** Never throws. A document without task tables has none in `tables`. */
export function readDocument(path: string, text: string): ReadDocument {
  const lines = splitLines(text);
  const structure = findTables(lines);
  const tables = structure.tables.filter((place) => isTaskHeader(scanLine(lines, place.first)));
  const notes = findNotes(lines, structure);
  return {
    document: {
      path,
      text,
      tables: tables.map((place) => readTable(lines, place)),
      ...(notes !== undefined && { notes }),
    },
    lines,
    structure,
  };
}

export function scanLine(lines: Lines, index: number): Row {
  return scanRow(lines.text, lineRange(lines, index), index + 1);
}

/** A column's name: any case, and people like to set headers in bold or code, and some tools escape `_`. */
export function columnNameOf(headerText: string): string {
  return headerText
    .replaceAll(String.raw`\_`, '_')
    .replaceAll(/^[*_`]+|[*_`]+$/g, '')
    .toLowerCase();
}

/** A table without `id` and `status` is text. */
export function isTaskHeader(header: Row): boolean {
  const names = header.cells.map((cell) => columnNameOf(cell.text));
  return names.includes('id') && names.includes('status');
}

function readTable(lines: Lines, place: TableLines): TaskTable {
  const header = scanLine(lines, place.first);
  const rows: Row[] = [];
  for (let line = place.first + 2; line <= place.last; line += 1) rows.push(scanLine(lines, line));
  return {
    heading: place.heading?.text ?? '',
    headingLine: place.heading === undefined ? 0 : place.heading.line + 1,
    header,
    delimiter: scanLine(lines, place.first + 1),
    rows,
    ...columnPlaces(header),
  };
}

function columnPlaces(header: Row): Pick<TaskTable, 'columns' | 'extra'> {
  // A column called `__proto__` is a column like any other.
  const known: Record<string, number> = Object.create(null) as Record<string, number>;
  const extra: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [index, cell] of header.cells.entries()) {
    const name = columnNameOf(cell.text);
    const places = isColumnName(name) ? known : extra;
    if (name !== '') places[name] ??= index;
  }
  return { columns: known, extra };
}

/** The last heading of that name: the list is at the end of the file. */
function findNotes(lines: Lines, structure: Structure): NotesSection | undefined {
  const { headings } = structure;
  const place = headings.findLastIndex((heading) => heading.text.toLowerCase() === 'task notes');
  const heading = headings[place];
  if (heading === undefined) return undefined;
  const end = headings[place + 1]?.line ?? lines.count;
  const items = [];
  let listEnd: number | undefined;
  for (const list of structure.hidden) {
    if (list.inside !== 'list' || list.first < heading.line || list.first >= end) continue;
    for (let line = list.first; line <= list.last; line += 1) {
      const range = lineRange(lines, line);
      const text = lines.text.slice(range.start, range.end);
      if (text.trim() !== '') listEnd = range.end;
      if (/^[-*+][ \t]/.test(text)) items.push(range);
    }
  }
  const whole = { start: lineRange(lines, heading.line).start, end: lineRange(lines, heading.last).end };
  return { heading: whole, items, ...(listEnd !== undefined && { listEnd }) };
}
