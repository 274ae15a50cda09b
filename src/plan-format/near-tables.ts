/** Tables that are nearly task tables: headers that Markdown does not take for one, and tables that lack `id` or `status`. Spec 3.5. */
import type { Row } from './document.ts';
import type { HiddenLines, TableLines } from './find-tables.ts';
import { isColumnName } from './columns.ts';
import { lineText } from './lines.ts';
import { nearest } from './nearest.ts';
import { columnNameOf, isTaskHeader, scanLine } from './read-document.ts';
import type { ReadDocument } from './read-document.ts';

/** A task table's header without a delimiter row that fits. */
export interface BrokenTable {
  readonly header: Row;
  /** The line below it; missing at the end of the file. */
  readonly below?: Row;
  /** Lines from 0 up to the next blank one: rows that are lost with it. */
  readonly first: number;
  readonly last: number;
}

export interface NearTables {
  readonly broken: readonly BrokenTable[];
  readonly near: readonly TableLines[];
  /** Lines from 0 of tables, headings, code and the like: not to be read as rows. */
  readonly isTaken: ReadonlySet<number>;
}

export function findNearTables(read: ReadDocument): NearTables {
  const { document, lines, structure } = read;
  const broken: BrokenTable[] = [];
  const isTaken = takenLines(read);
  for (let line = 0; line < lines.count; line += 1) {
    if (isTaken.has(line) || !lineText(lines, line).includes('|')) continue;
    const header = scanLine(lines, line);
    if (!isTaskHeader(header)) continue;
    let last = line;
    while (last + 1 < lines.count && !isTaken.has(last + 1) && lineText(lines, last + 1).trim() !== '') last += 1;
    broken.push({ header, first: line, last, ...(last > line && { below: scanLine(lines, line + 1) }) });
    line = last;
  }
  const isSeen = new Set(document.tables.map((table) => table.header.line - 1));
  const near = structure.tables.filter((table) => !isSeen.has(table.first) && isNear(scanLine(lines, table.first)));
  return { broken, near, isTaken };
}

function takenLines(read: ReadDocument): ReadonlySet<number> {
  const { structure } = read;
  const taken = new Set(structure.headings.map((heading) => heading.line));
  for (const { first, last } of [...structure.tables, ...structure.hidden.filter((block) => isOpaque(block, read))]) {
    for (let line = first; line <= last; line += 1) taken.add(line);
  }
  return taken;
}

/** Meant to hold what is no task: fenced code, comments, a table of its own. A row that a list, a quote, HTML or its own indentation swallowed is lost. */
function isOpaque({ first, last, inside }: HiddenLines, { lines }: ReadDocument): boolean {
  const begin = lineText(lines, first).trimStart().slice(0, 4);
  if (inside === 'code' && /^(?:```|~~~)/.test(begin)) return true;
  if (inside === 'html' && begin === '<!--') return true;
  for (let line = first; line <= last; line += 1) {
    if (lineText(lines, line).includes('|') && isTaskHeader(scanLine(lines, line))) return true;
  }
  return false;
}

/** Has one of `id` and `status`, and either something like the other or two more columns that only a task table has. */
function isNear(header: Row): boolean {
  const names = header.cells.map((cell) => columnNameOf(cell.text));
  const has = (['id', 'status'] as const).filter((name) => names.includes(name));
  const [missing] = (['id', 'status'] as const).filter((name) => !names.includes(name));
  if (has.length !== 1 || missing === undefined) return false;
  const others = names.filter((name) => !isColumnName(name));
  return nearest(missing, others) !== undefined || names.filter(isColumnName).length >= 3;
}
