/** Diagnostic[] -> `file:line:col  CODE  Unexpected X, expected Y — what to do`, with the source line and a caret line. Colour is the caller's business. Spec 3.5. */
import stringWidth from 'string-width';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { visible } from '../domain/plain-text.ts';

/** Of a longer source line the part around the caret is shown. */
const windowMax = 100;
/** Characters before the caret that a reader needs to find the place. */
const leadMax = 40;

export type Paint = (part: 'place' | 'error' | 'warning' | 'source' | 'caret', text: string) => string;

const plain: Paint = (_part, text) => text;

/** One diagnostic: one line, or three with the source line and the caret. No line end at the end. */
export function diagnosticText(diagnostic: Diagnostic, paint: Paint = plain): string {
  const { file, line, column, severity, code, message, advice } = diagnostic;
  const place = `${visible(file, 500)}:${line}:${column}`;
  const word = severity === 'warning' ? 'warning: ' : '';
  const head = `${paint('place', place)}  ${paint(severity, code)}  ${word}${visible(message, 4_000)} — ${visible(advice, 1_000)}`;
  const shown = sourceLines(diagnostic);
  if (shown === undefined) return head;
  return `${head}\n    ${paint('source', shown.source)}\n    ${paint('caret', shown.caret)}`;
}

/** All of them, each followed by a line end; empty for none. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = plain): string {
  return diagnostics.map((diagnostic) => `${diagnosticText(diagnostic, paint)}\n`).join('');
}

/** The same as data: every field, source left out. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): readonly Omit<Diagnostic, 'source'>[] {
  return diagnostics.map(({ source: _source, ...rest }) => rest);
}

function sourceLines({ source, column, length }: Diagnostic): { source: string; caret: string } | undefined {
  if (source === undefined || source.trim() === '') return undefined;
  const characters = Array.from(source.trimEnd());
  const at = Math.min(column - 1, characters.length);
  const from = characters.length <= windowMax ? 0 : Math.max(0, Math.min(at - leadMax, characters.length - windowMax));
  const part = characters.slice(from, from + windowMax);
  const before = (from > 0 ? '…' : '') + shownAs(part.slice(0, at - from));
  const marked = shownAs(part.slice(at - from, at - from + length));
  const after = shownAs(part.slice(at - from + length)) + (from + windowMax < characters.length ? '…' : '');
  const caret = ' '.repeat(stringWidth(before)) + '^'.repeat(Math.max(1, stringWidth(marked)));
  return { source: before + marked + after, caret };
}

function shownAs(characters: readonly string[]): string {
  return visible(characters.join(''), windowMax * 12);
}
