/** The `## Task notes` list: where notes go when no table has a `notes` column. One bullet per task, replaced in place; other lines are kept. Spec 3.3. */
import type { TaskId } from '../domain/ids.ts';
import type { PlanDocument, Range } from './document.ts';
import { encodeCell } from './encode-cell.ts';
import { lineAt, lineEndAt, splitLines } from './lines.ts';

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
  return afterLine(document, notes.items.at(-1) ?? notes.heading, line, notes.items.length === 0);
}

function newSection({ text }: PlanDocument, line: string): TextEdit {
  const lines = splitLines(text);
  const end = lineEndAt(lines, lines.count - 1);
  const isClosed = /[\r\n]$/.test(text);
  const isSetOff = (lines.starts.at(-1) ?? 0) === lines.ends.at(-1);
  const before = `${isClosed ? '' : end}${isClosed && isSetOff ? '' : end}`;
  return { range: { start: text.length, end: text.length }, text: `${before}## Task notes${end}${end}${line}${end}` };
}

/** Below the last bullet, or below the heading with a blank line between. */
function afterLine({ text }: PlanDocument, item: Range, line: string, isFirst: boolean): TextEdit {
  const lines = splitLines(text);
  const end = lineEndAt(lines, lineAt(lines, item.start));
  return { range: { start: item.end, end: item.end }, text: `${end}${isFirst ? end : ''}${line}` };
}
