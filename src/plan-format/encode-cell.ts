/** Any text -> one safe cell: one line, nothing hidden, no pipe that splits, no HTML and no image that a forge would load. Spec 3.3. */
import { oneLine } from '../domain/plain-text.ts';

/** Long enough for a reason, short enough for a table that people read. */
export const cellTextMax = 200;

/** At most `max` characters as written; empty for a text of white space. Scanned back it is exactly one cell. */
export function encodeCell(text: string, max = cellTextMax): string {
  const characters = Array.from(oneLine(text, max));
  let out = '';
  for (const [index, character] of characters.entries()) {
    const next = encoded(character, characters[index + 1] ?? '');
    if (out.length + next.length > max) return `${out.slice(0, max - 1).replace(/\\+$/, '')}…`;
    out += next;
  }
  return out;
}

function encoded(character: string, next: string): string {
  switch (character) {
    case '|':
      return String.raw`\|`;
    case '\\':
      // Before a pipe, before what is escaped below, or at the cell's end a backslash would change the meaning of what follows.
      return /[|\\<[]/.test(next) || next === '' ? String.raw`\\` : character;
    case '<':
      return /[a-zA-Z/!?]/.test(next) ? String.raw`\<` : character;
    case '[':
      return String.raw`\[`;
    default:
      return character;
  }
}
