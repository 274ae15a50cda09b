/** A timer is over: what it was for is looked at by dispatch, which compares times itself. */
import { type Draft, update } from './draft.ts';
import type { Event } from './events.ts';

export function onTimer(draft: Draft, { timer }: Event & { readonly kind: 'timer' }): void {
  const timers = Object.entries(draft.state.timers).filter(([name]) => name !== timer);
  update(draft, { timers: Object.fromEntries(timers) });
}
