/** A problem in a file a person wrote (plan or config), with its place. Collected, never thrown. Spec 3.5. */
export interface Diagnostic {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters as an editor counts them. */
  readonly column: number;
  /** Characters marked by the caret line; at least 1. */
  readonly length: number;
  readonly severity: 'error' | 'warning';
  /** The rule's file name, e.g. `unknown-dependency`. */
  readonly code: string;
  /** `Unexpected X, expected Y`. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  /** The line as written, for the caret; missing when the file cannot be shown. */
  readonly source?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
