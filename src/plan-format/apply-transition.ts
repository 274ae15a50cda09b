/** Document + Transition -> the document with the cells written; every other byte equal. Spec 5.2. */
import type { Result } from '../domain/result.ts';
import { err } from '../domain/result.ts';
import type { Transition } from '../domain/transition.ts';
import type { PlanDocument } from './document.ts';

/** The document with one transition written. Every byte outside the cells meant is equal, checked by reading the result again. */
export function applyTransition(
  _document: PlanDocument,
  _transition: Transition,
): Result<PlanDocument, { readonly why: string }> {
  return err({ why: 'not written yet' });
}
