/** Diagnostics for a terminal: the view's lines, coloured where colour is wanted. */
import pc from 'picocolors';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { diagnosticsText, type Paint } from '../views/diagnostics.ts';
import type { Output } from './output.ts';

export function showDiagnostics(diagnostics: readonly Diagnostic[], output: Pick<Output, 'colour'>): string {
  const colours = pc.createColors(output.colour);
  const paints: Readonly<Record<Parameters<Paint>[0], (text: string) => string>> = {
    place: colours.bold,
    error: colours.red,
    warning: colours.yellow,
    source: colours.dim,
    caret: colours.red,
  };
  return diagnosticsText(diagnostics, (part, text) => paints[part](text));
}

/** `2 errors, 1 warning`; with what was left out `500 errors and 12 more problems`. */
export function countText(diagnostics: readonly Diagnostic[], leftOut = 0): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const words = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]);
  const more = leftOut === 0 ? '' : ` and ${leftOut} more problem${leftOut === 1 ? '' : 's'}`;
  return [...words(errors, 'error'), ...words(warnings, 'warning')].join(', ') + more;
}
