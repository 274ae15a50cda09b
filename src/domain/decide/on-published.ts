/** What a push brought to the remote, and the rows on which a person was first. Spec 5.2. */
import { parseOpId } from '../ids.ts';
import { isRowStatus } from '../row-status.ts';
import { unreachable } from '../result.ts';
import { claimedAt, type Draft, numberOf, setTask, taskAt, update } from './draft.ts';
import { yieldTo } from './endings.ts';
import type { Event, PublishConflict } from './events.ts';
import { refuse } from './refuse.ts';

export function onPublished(draft: Draft, event: Event & { readonly kind: 'published' }): void {
  const written = new Set(event.written);
  const isAnswered = event.written.length + event.conflicts.length > 0;
  const { run, queued } = draft.state;
  update(draft, {
    // A push that answered nothing was put off (the plan could not be read), its ownership commit with it.
    run: { ...run, tip: event.tip, ownership: isAnswered ? 'published' : run.ownership },
    queued: queued.filter((transition) => !written.has(transition.op)),
    publishing: 0,
  });
  for (const op of event.written) confirmClaim(draft, op);
  for (const conflict of event.conflicts) onConflict(draft, conflict);
}

export function onPublishRefused(draft: Draft, event: Event & { readonly kind: 'publish-refused' }): void {
  update(draft, { publishing: 0 });
  refuse(draft, { why: event.why, detail: event.detail });
}

function confirmClaim(draft: Draft, op: string): void {
  const parts = parseOpId(op);
  if (parts?.name !== 'claim') return;
  const number = numberOf(draft.state, parts.task);
  if (number === undefined) return;
  const task = taskAt(draft.state, number);
  if (task.kind !== 'claimed' || task.attempt.number !== parts.attempt) return;
  setTask(draft, number, { ...claimedAt(draft.state, number), claim: 'published' });
}

function onConflict(draft: Draft, conflict: PublishConflict): void {
  switch (conflict.kind) {
    case 'person-set':
    case 'needs-undone': {
      const number = numberOf(draft.state, conflict.task);
      if (number === undefined) return;
      // The place of a removed row is kept until the rows are seen again; nothing depends on it any more.
      const found = isRowStatus(conflict.found) ? conflict.found : 'skipped';
      return yieldTo(draft, number, found);
    }
    case 'cell-changed':
      return refuse(draft, { why: 'conflict', detail: conflict.detail });
    default:
      return unreachable(conflict.kind);
  }
}
