/** Text of strangers made safe for the place where it is shown: nothing in it is read as markup there. */
import { oneLine } from '../domain/plain-text.ts';

/** Characters that Markdown or HTML could read as markup in the middle of a line. */
const markdownMarks = /[\\`*_{}[\]()<>#+!|~&]/g;

/** One line of plain text inside Markdown, a table cell included; at most `max` characters before escaping. */
export function markdownText(text: string, max = 200): string {
  return oneLine(text, max).replace(markdownMarks, (mark) =>
    mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`,
  );
}

/** A cell for the Web UI, whose tables have no padding: a no-break space at both sides keeps cells apart. */
export function markdownCell(text: string, max?: number): string {
  return `\u00a0${markdownText(text, max)}\u00a0`;
}
