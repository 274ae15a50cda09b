/**
 * The scheduler of one phase. It knows no runtime: time comes with the event, ids from the state, and what it wants done
 * are commands. Every event gives a decision; an event about something that is over changes nothing.
 *
 * D1  A claim is queued before its first step is due.
 * D2  A row that is `done` is never undone by us.
 * D3  Only dispatch makes `run-step`, and a step that runs is not started again.
 * D4  `land` starts only with a published claim and green verdicts on that very commit.
 * D5  One attempt at a time lands on a branch, from its first rebase through the gates to the push.
 * D6  One publish is in flight.
 * D7  Only a failure of the agent's work spends an attempt; never more than the allowance.
 * D8  An acyclic plan in which nothing fails always completes.
 * D9  Paused, stopping, frozen, an unreadable plan, a silent remote, a red base, an open breaker or unpublished
 *     ownership: no prepare and no agent starts.
 * D10 No step starts in a workspace whose last step is not proven ended.
 * D11 At most `concurrency` attempts prepare or run an agent.
 * D12 A snapshot taken up again goes on to the same end.
 */
import { unreachable } from '../result.ts';
import type { Decision } from './commands.ts';
import { dispatch } from './dispatch.ts';
import { type Draft, update } from './draft.ts';
import type { Event } from './events.ts';
import { onBaseGated } from './on-base-gated.ts';
import { onOperator } from './on-operator.ts';
import { onPlanInvalid, onPlanSeen } from './on-plan-changed.ts';
import { onPublished, onPublishRefused } from './on-published.ts';
import { onStepEnded, onStepLost, onStepUnclaimed } from './on-step-ended.ts';
import { onTimer } from './on-timer.ts';
import type { PhaseState } from './state.ts';

/** Events kept until the rows have been seen; a phase hears few before that. */
const earlyMax = 1000;

/**
 * The whole scheduler: what is true after `event`, and what to do now. Pure and total: same input, same decision, on
 * every replay. Asked at every step boundary, so pause, limits and edits take hold between any two steps. Spec 4.2.
 */
export function decide(state: PhaseState, event: Event): Decision {
  const draft: Draft = { state, at: event.at, commands: [] };
  if (!state.ended) {
    react(draft, event);
    dispatch(draft);
  }
  return { state: draft.state, commands: draft.commands };
}

function react(draft: Draft, event: Event): void {
  if (!draft.state.opened && needsRows(event)) {
    update(draft, { early: [...draft.state.early, event].slice(0, earlyMax) });
    return;
  }
  switch (event.kind) {
    case 'plan-seen':
      onPlanSeen(draft, event);
      return hearEarly(draft);
    case 'plan-invalid':
      return onPlanInvalid(draft, event);
    case 'published':
      return onPublished(draft, event);
    case 'publish-refused':
      return onPublishRefused(draft, event);
    case 'step-ended':
      return onStepEnded(draft, event);
    case 'step-lost':
      return onStepLost(draft, event);
    case 'step-unclaimed':
      return onStepUnclaimed(draft, event);
    case 'base-gated':
      return onBaseGated(draft, event);
    case 'compaction-due':
      return update(draft, { frozen: true });
    case 'operator':
      return onOperator(draft, event);
    case 'timer':
      return onTimer(draft, event);
    default:
      return unreachable(event);
  }
}

/** What is about rows is heard once they are known: a continued phase adopts its steps before it reads the plan. */
function needsRows(event: Event): boolean {
  switch (event.kind) {
    case 'step-ended':
    case 'step-lost':
    case 'step-unclaimed':
    case 'published':
      return true;
    case 'operator':
      return event.request.kind !== 'control' && event.request.kind !== 'set-concurrency';
    default:
      return false;
  }
}

function hearEarly(draft: Draft): void {
  const { early } = draft.state;
  if (early.length === 0) return;
  update(draft, { early: [] });
  for (const event of early) react(draft, event);
}
