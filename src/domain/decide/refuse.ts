/** The phase must end without writing any more: agents are ended first. */
import { type Draft, update } from './draft.ts';
import type { PhaseState } from './state.ts';

/** The first reason counts. */
export function refuse(draft: Draft, refused: NonNullable<PhaseState['refused']>): void {
  if (draft.state.refused === undefined) update(draft, { refused });
}
