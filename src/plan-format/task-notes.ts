/** The `## Task notes` list: where notes go when no table has a `notes` column. One bullet per task, replaced in place; other lines are kept. Spec 3.3. */
import type { TaskId } from '../domain/ids.ts';
import type { PlanDocument, Range } from './document.ts';
import { encodeCell } from './encode-cell.ts';
import { lineAt, lineEndAt, lineRange, lineText, splitLines } from './lines.ts';
import { readDocument } from './read-document.ts';
import { unclosedBlock } from './unclosed-block.ts';

export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}

const bullet = /^[-*+][ \t]+(\S{1,100})[ \t]+\(attempt \d{1,9}\):[ \t]*(.*)$/;

/** Notes by task id; of two bullets of one task the first. */
export function readNotes({ text, notes }: PlanDocument): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const item of notes?.items ?? []) {
    const [, id, note = ''] = bullet.exec(text.slice(item.start, item.end)) ?? [];
    if (id !== undefined && !found.has(id)) found.set(id, note.trim());
  }
  return found;
}

/** What to change so that the list says this of the task; undefined when it says so. An empty note removes nothing that is not there. */
export function noteEdit(document: PlanDocument, task: TaskId, attempt: number, note: string): TextEdit | undefined {
  const line = `- ${task} (attempt ${attempt}): ${encodeCell(note)}`.trimEnd();
  const { text, notes } = document;
  const own = notes?.items.find((item) => bullet.exec(text.slice(item.start, item.end))?.[1] === task);
  if (own !== undefined) return text.slice(own.start, own.end) === line ? undefined : { range: own, text: line };
  if (note.trim() === '') return undefined;
  if (notes === undefined) return newSection(document, line);
  const at = notes.listEnd ?? notes.heading.end;
  return notes.listEnd === undefined ? belowHeading(text, at, line) : insert(at, lineEndOf(text, at) + line);
}

/** At the end of the file, or above the block that hides its end. */
function newSection({ path, text }: PlanDocument, line: string): TextEdit {
  const { lines, structure } = readDocument(path, text);
  const end = lineEndAt(lines, lines.count - 1);
  const section = `## Task notes${end}${end}${line}${end}`;
  const hiding = unclosedBlock(lines, structure);
  if (hiding !== undefined) {
    const isSetOff = hiding.first === 0 || lineText(lines, hiding.first - 1).trim() === '';
    return insert(lineRange(lines, hiding.first).start, `${isSetOff ? '' : end}${section}${end}`);
  }
  const isClosed = /[\r\n]$/.test(text);
  const isSetOff = (lines.starts.at(-1) ?? 0) === lines.ends.at(-1);
  return insert(text.length, `${isClosed ? '' : end}${isClosed && isSetOff ? '' : end}${section}`);
}

/** The first bullet, with a blank line above it, and below it when text follows at once. */
function belowHeading(text: string, at: number, line: string): TextEdit {
  const end = lineEndOf(text, at);
  const isGlued = /^(?:\r\n|\n|\r)[ \t]*[^\s]/.test(text.slice(at, at + 1_000));
  return insert(at, `${end}${end}${line}${isGlued ? end : ''}`);
}

function insert(at: number, text: string): TextEdit {
  return { range: { start: at, end: at }, text };
}

function lineEndOf(text: string, at: number): string {
  const lines = splitLines(text);
  return lineEndAt(lines, lineAt(lines, at));
}
