/**
 * Compaction: the whole order of continuing as new, which stands nowhere else. Running agents and gates are never
 * cancelled for it (a cancel kills): they stay pending, and the next execution adopts them by step key.
 *
 *   1 freeze: decide() starts nothing more
 *   2 wait for prepare, land, publish and what runs beside, at most 60 s; what is still pending is carried and redone
 *   3 wait until all message handlers have answered
 *   4 with no await after it: an event, a cancel or a stop asked meanwhile comes first; else go
 */
import {
  allHandlersFinished,
  type CancellationScope,
  condition,
  continueAsNew,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { PhaseInput } from '../contracts/workflows.ts';
import { compactionDue, usage } from '../domain/decide/compaction.ts';
import { toSnapshot } from '../domain/decide/snapshot.ts';
import type { PhaseState } from '../domain/decide/state.ts';
import { sessionSummary } from '../views/session-summary.ts';
import type { CarryOut } from './carry-out.ts';
import type { Inbox } from './inbox.ts';

/** A push or a landing takes seconds; a remote that is silent for longer must not keep a full history growing. */
const drainMaxMs = 60_000;

export class Compaction {
  readonly #root: CancellationScope;
  readonly #inbox: Inbox;
  readonly #carrying: CarryOut;
  #isOverdue = false;

  constructor(root: CancellationScope, inbox: Inbox, carrying: CarryOut) {
    this.#root = root;
    this.#inbox = inbox;
    this.#carrying = carrying;
  }

  /** Step 1, when the history has grown to its share. Asked after each settled task, and at any event once the server suggests it. */
  freezeIfDue(state: PhaseState, hasSettled: boolean): void {
    const history = historyNow();
    if (state.frozen || isStopping(state) || !(hasSettled || history.suggested)) return;
    if (!compactionDue(state.run.policy, history)) return;
    this.#inbox.push({ kind: 'compaction-due' });
    void sleep(drainMaxMs, { summary: 'longest wait before the history is compacted' }).then(() => {
      this.#isOverdue = true;
    });
  }

  /** Step 2 is over. */
  isReady(state: PhaseState): boolean {
    return state.frozen && !isStopping(state) && (this.#isOverdue || !this.#carrying.isBusy);
  }

  /** Steps 3 and 4. Returns when something comes first; the loop asks again. */
  async go(state: () => PhaseState, next: () => PhaseInput): Promise<void> {
    await condition(allHandlersFinished);
    if (!this.#inbox.isEmpty() || this.#root.consideredCancelled || !this.isReady(state())) return;
    await continueAsNew<(input: PhaseInput) => Promise<never>>(next());
  }
}

/** The input of the next execution. */
export function nextInput(input: PhaseInput, state: PhaseState, inbox: Inbox): PhaseInput {
  return {
    ...input,
    run: state.run,
    first: [],
    snapshot: toSnapshot(state),
    session: sessionSummary({ state, used: usage(state.run.policy, historyNow()), laterPhases: [] }),
    appliedUpdates: inbox.appliedUpdates(),
  };
}

function historyNow(): { readonly events: number; readonly bytes: number; readonly suggested: boolean } {
  const { historyLength: events, historySize: bytes, continueAsNewSuggested: suggested } = workflowInfo();
  return { events, bytes, suggested };
}

function isStopping(state: PhaseState): boolean {
  return state.run.control.kind === 'stopping';
}
