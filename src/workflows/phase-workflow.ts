/**
 * One phase of a plan, `tallyman/<plan>/phase-<n>`: takes events, asks decide(), carries out what it says. No rule
 * of its own. A cancel of this workflow is a stop: it is heard as an event, while all work goes on in a
 * non-cancellable scope until every agent is proven ended.
 */
import { allHandlersFinished, CancellationScope, condition, log } from '@temporalio/workflow';
import type { PhaseInput } from '../contracts/workflows.ts';
import type { Command, PhaseEnd } from '../domain/decide/commands.ts';
import type { Event } from '../domain/decide/events.ts';
import { decide } from '../domain/decide/decide.ts';
import { refusal } from '../domain/decide/on-operator.ts';
import { fromSnapshot } from '../domain/decide/snapshot.ts';
import { initialState, type PhaseState } from '../domain/decide/state.ts';
import { CarryOut } from './carry-out.ts';
import { followRules } from './follow-rules.ts';
import { Compaction, nextInput } from './continue-as-new.ts';
import { type Inbox, type News, openInbox } from './inbox.ts';
import { now } from './now.ts';
import { Remote } from './remote.ts';
import { carriedCommands } from './carried.ts';
import { PhaseShow } from './show-progress.ts';

export async function phaseWorkflow(input: PhaseInput): Promise<PhaseEnd> {
  followRules(input.run.rules);
  const phase = new PhaseLoop(input, CancellationScope.current());
  return CancellationScope.nonCancellable(() => phase.run());
}

class PhaseLoop {
  readonly #input: PhaseInput;
  readonly #inbox: Inbox;
  readonly #remote: Remote;
  readonly #carrying: CarryOut;
  readonly #compaction: Compaction;
  readonly #show: PhaseShow;
  #state: PhaseState;
  #hasSettled = false;

  constructor(input: PhaseInput, root: CancellationScope) {
    this.#input = input;
    this.#state = input.snapshot === undefined ? initialState(input) : fromSnapshot(input.snapshot, input);
    this.#inbox = openInbox(() => this.#state, input.appliedUpdates);
    this.#remote = new Remote(input, this.#inbox);
    this.#carrying = new CarryOut(input, this.#inbox, this.#remote);
    this.#compaction = new Compaction(root, this.#inbox, this.#carrying);
    this.#show = new PhaseShow(input);
    root.cancelRequested.catch(() => {
      const control = { kind: 'stopping', by: 'Temporal', why: 'the phase was cancelled' } as const;
      this.#inbox.push({ kind: 'operator', request: { kind: 'control', control } });
    });
  }

  async run(): Promise<PhaseEnd> {
    const seen = await this.#remote.firstRows((news) => this.#show.unreadable(news), this.#input.snapshot?.run.tip);
    if (seen.kind === 'publish-refused') return { ...seen, kind: 'refused', run: this.#input.run };
    this.#begin(seen);
    let end = this.#hear();
    while (end === undefined) {
      this.#show.progress(this.#state);
      this.#compaction.freezeIfDue(this.#state, this.#hasSettled);
      if (this.#compaction.isReady(this.#state))
        await this.#compaction.go(
          () => this.#state,
          () => this.#nextInput(),
        );
      await condition(() => !this.#inbox.isEmpty() || this.#compaction.isReady(this.#state));
      end = this.#hear();
    }
    this.#show.progress(this.#state);
    this.#remote.stopWatching();
    await this.#carrying.close();
    await condition(allHandlersFinished);
    return end;
  }

  /** What was asked before the rows were seen counts with them, before anything starts or ends. After a compaction, what was running is taken up before anything starts. */
  #begin(seen: News & { kind: 'plan-seen' }): void {
    const { snapshot, first } = this.#input;
    for (const request of first) this.#decide({ at: now(), kind: 'operator', request });
    for (let event = this.#inbox.take(); event !== undefined; event = this.#inbox.take()) this.#decide(event);
    this.#decide({ at: now(), ...seen }, (state) => (snapshot === undefined ? [] : carriedCommands(state, snapshot)));
    this.#remote.watch(seen.tip);
  }

  /** Decides on all that has come; the end of the phase, when it has one. */
  #hear(): PhaseEnd | undefined {
    while (this.#carrying.end === undefined) {
      const event = this.#inbox.take();
      if (event === undefined) return undefined;
      // Updates were validated; what is refused here was overtaken by an event.
      const why = event.kind === 'operator' ? refusal(this.#state, event.request) : undefined;
      if (why === undefined) this.#decide(event);
      else log.warn('a request does not apply', { why });
    }
    return this.#carrying.end;
  }

  #decide(event: Event, before: (state: PhaseState) => readonly Command[] = () => []): void {
    const { state, commands } = decide(this.#state, event);
    // By number, not by count: the same decision may claim the next task.
    this.#hasSettled ||= this.#state.claimed.some((number) => !state.claimed.includes(number));
    this.#state = state;
    for (const command of [...before(state), ...commands]) this.#carrying.carryOut(state, command);
  }

  #nextInput(): PhaseInput {
    return nextInput(this.#input, this.#state, this.#inbox);
  }
}
