/** Either a value or a described problem. Used where a caller must handle both; a fault is thrown instead. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** The program is wrong. Nothing catches it: a workflow task that throws it is retried until a fix is deployed. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new InvariantViolation(`This is a bug in Tallyman: ${text}`);
}

/** Ends a switch over a closed union; fails to compile when a variant is missing. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`This is a bug in Tallyman: unexpected variant ${JSON.stringify(value)}`);
}
