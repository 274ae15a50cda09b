/** The next instant at which something may be done that cannot be done now: one timer per name. */
import type { TimerName } from './events.ts';
import { claimedAt, type Draft, update } from './draft.ts';
import { silentFrom } from './holds.ts';
import { earliest, isAhead, later } from './instants.ts';
import type { PhaseState } from './state.ts';

/** A timer under way that ends sooner is left alone: when it ends, the next one is set. */
export function setTimers(draft: Draft): void {
  for (const { timer, at, summary } of wanted(draft.state, draft.at)) {
    const before = draft.state.timers[timer];
    if (before !== undefined && !isAhead(before, at)) continue;
    update(draft, { timers: { ...draft.state.timers, [timer]: at } });
    draft.commands.push({ kind: 'set-timer', timer, at, summary });
  }
}

function wanted(state: PhaseState, at: string): { timer: TimerName; at: string; summary: string }[] {
  const { agentHolds, policy } = state.run;
  const limits = Object.values(agentHolds).map((hold) => hold.until);
  const backOffs = state.claimed.map((number) => {
    const { attempt } = claimedAt(state, number);
    return attempt.stepIs === 'due' ? attempt.notBefore : undefined;
  });
  const isWaiting = state.queued.length > 0 && state.publishing === 0 && state.lastPublishAt !== undefined;
  const push = isWaiting ? later(state.lastPublishAt, policy.publishMinIntervalMs) : undefined;
  const named = [
    { timer: 'limit-over', at: soonest(limits, at), summary: 'until a usage limit is over' },
    { timer: 'retry-later', at: soonest(backOffs, at), summary: 'until a step is tried again' },
    { timer: 'publish-again', at: soonest([push], at), summary: 'until the next push' },
    { timer: 'remote-silent', at: soonest([silentFrom(state)], at), summary: 'how long the remote may be silent' },
  ] as const;
  return named.flatMap(({ timer, at: instant, summary }) =>
    instant === undefined ? [] : { timer, at: instant, summary },
  );
}

function soonest(instants: readonly (string | undefined)[], at: string): string | undefined {
  return earliest(instants.filter((instant) => isAhead(instant, at)));
}
