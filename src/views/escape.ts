/** Text of strangers for the places where it is shown: HTML, Markdown, a terminal. */
import { oneLine, visible } from '../domain/plain-text.ts';

/** For text and for attributes in quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** One line in which nothing is Markdown or HTML any more; safe in a table cell. */
export function escapeMarkdown(text: string, max = 2_000): string {
  return oneLine(text, max)
    .replaceAll(/[\\`*_{}[\]()#+!|~>]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/www\./gi, (word) => `${word.slice(0, 3)}&#46;`);
}

/** One line without control, bidi or zero-width characters. */
export function escapeTerminal(text: string, max = 2_000): string {
  return visible(text, max);
}
