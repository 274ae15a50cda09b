/**
 * A run of a plan, `tallyman/<plan>`: phase after phase, and the end. It holds phases and counts, never tasks, and
 * the run's one Control, which it hands to each phase. It never continues as new while a phase runs, and it ends
 * only when its phase has: a cancel is a stop, and everything is awaited in a non-cancellable scope.
 */
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { OutlineSeen } from '../contracts/activities.ts';
import type { RunSignals } from '../contracts/messages.ts';
import type { PlanRunEnd, PlanRunInput } from '../contracts/workflows.ts';
import type { Control, RunState } from '../domain/decide/state.ts';
import { type CommitSha, type RunId, runId } from '../domain/ids.ts';
import { invariant } from '../domain/result.ts';
import { noUsage } from '../domain/usage.ts';
import { finishRun, type RunOver } from './end-of-run.ts';
import { person } from './inbox.ts';
import { OpenPhase } from './open-phase.ts';
import { besideActivity, runActivity } from './proxies.ts';
import { followRules } from './follow-rules.ts';
import { lossOf } from './activity-failure.ts';
import { RunShow } from './show-run.ts';

/** How often a plan that cannot be read, or an open phase with nothing open in it, is looked at again. */
const waitMs = 10_000;

type Outline = OutlineSeen & { readonly kind: 'valid' };

export async function planWorkflow(input: PlanRunInput): Promise<PlanRunEnd> {
  followRules(input.rules);
  const run = new PlanRun(input, CancellationScope.current());
  return CancellationScope.nonCancellable(() => run.run());
}

class PlanRun {
  readonly #input: PlanRunInput;
  readonly #id: RunId;
  readonly #show: RunShow;
  readonly #phase: OpenPhase;
  #control: Control;
  #first: PlanRunInput['first'];

  constructor(input: PlanRunInput, root: CancellationScope) {
    this.#input = input;
    this.#id = input.carried?.run ?? runId(uuid4().slice(0, 8));
    this.#control = input.carried?.state.control ?? { kind: 'running' };
    this.#first = input.first;
    this.#show = new RunShow(input, this.#id, this.#control);
    this.#phase = new OpenPhase(input);
    setHandler(defineSignal<[RunSignals['pause']?]>('pause'), (ask) =>
      this.#set({ kind: 'paused', interrupt: ask?.now === true, ...person(ask) }),
    );
    setHandler(defineSignal<[RunSignals['resume']?]>('resume'), () => this.#set({ kind: 'running' }));
    setHandler(defineSignal<[RunSignals['stop']?]>('stop'), (ask) => this.#set({ kind: 'stopping', ...person(ask) }));
    root.cancelRequested.catch(() => this.#set({ kind: 'stopping', by: 'Temporal', why: 'the run was cancelled' }));
  }

  async run(): Promise<PlanRunEnd> {
    const over = await this.#untilOver();
    if (over.kind !== 'completed' && over.state !== undefined) await this.#lookOnceMore();
    const end = await finishRun(this.#input, this.#id, over);
    this.#show.ended(end);
    return end;
  }

  /** For the counts that stay in the memo; the end does not wait for a remote that is away. */
  async #lookOnceMore(): Promise<void> {
    const plan = this.#input.settings.plan;
    const outline = await besideActivity('readOutline', { plan }, 'reads the plan at the end').catch(lossOf);
    if (outline.kind === 'valid') this.#show.phases(outline);
  }

  /** A stop cannot be taken back: agents are being ended for it. A `running` is told even when it runs: it lets held agents start again. */
  #set(control: Control): void {
    if (this.#control.kind === 'stopping') return;
    this.#control = control;
    this.#show.control(control);
    this.#phase.tell(control);
  }

  async #untilOver(): Promise<RunOver> {
    let state = this.#input.carried?.state;
    let completedAt: string | undefined;
    for (;;) {
      const outline = await this.#outline(state);
      if ('over' in outline) return outline.over;
      state = { ...(state ?? this.#newState(outline.tip)), control: this.#control, tip: outline.tip };
      this.#show.phases(outline);
      const open = outline.phases.find((phase) => phase.id === outline.open);
      if (open === undefined) return { kind: 'completed', phases: outline.phases, state };
      if (completedAt === `${open.id}@${outline.tip}`) {
        // The phase says it is complete and the same plan says it is open: nothing but a new commit can tell which.
        await condition(() => this.#control.kind === 'stopping', waitMs);
        if (!this.#isStopping()) continue;
      }
      if (this.#isStopping()) return this.#stopped(state);
      const end = await this.#phase.run(open, state, this.#first, () => this.#control);
      if (end.kind !== 'completed') return { ...end, state: 'run' in end ? end.run : state, phases: outline.phases };
      this.#first = [];
      state = end.run;
      completedAt = `${open.id}@${state.tip}`;
      await this.#compact(state);
    }
  }

  /** Waits while the plan cannot be read, and says so; a stop ends the wait. */
  async #outline(state: RunState | undefined): Promise<Outline | { readonly over: RunOver }> {
    for (;;) {
      const outline = await runActivity('readOutline', { plan: this.#input.settings.plan }, 'reads the plan');
      if (outline.kind === 'valid') return outline;
      if (outline.kind === 'missing')
        return { over: { kind: 'refused', why: 'branch-missing', detail: outline.detail, state, phases: [] } };
      this.#show.unreadable(outline);
      await condition(() => this.#isStopping(), waitMs);
      if (this.#isStopping()) return { over: this.#stopped(state) };
    }
  }

  /** Only between two phases. */
  async #compact(state: RunState): Promise<void> {
    if (!workflowInfo().continueAsNewSuggested || this.#isStopping()) return;
    const carried = { run: this.#id, state: { ...state, control: this.#control } };
    await continueAsNew<(input: PlanRunInput) => Promise<never>>({ ...this.#input, first: [], carried });
  }

  #isStopping(): boolean {
    return this.#control.kind === 'stopping';
  }

  #stopped(state: RunState | undefined): RunOver {
    invariant(this.#control.kind === 'stopping', 'a run stops that nobody stopped');
    const { by, why } = this.#control;
    return { kind: 'stopped', why: why === '' ? `by ${by}` : `by ${by}: ${why}`, state, phases: [] };
  }

  #newState(tip: CommitSha): RunState {
    const { settings, rules } = this.#input;
    return {
      plan: settings.plan.id,
      run: this.#id,
      rules,
      policy: settings.policy,
      control: this.#control,
      ownership: 'due',
      agentHolds: {},
      recentCauses: [],
      baseGates: {},
      spent: noUsage,
      tip,
    };
  }
}
