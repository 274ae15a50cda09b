/**
 * The phase that is under way, as a child workflow. It is spoken to by its workflow id and never through the child's
 * handle: once the phase has continued as new, what goes through that handle is silently lost.
 */
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  sleep,
  startChild,
} from '@temporalio/workflow';
import { workflowIds, workflowTypes } from '../contracts/names.ts';
import type { PhaseInput, PlanRunInput } from '../contracts/workflows.ts';
import type { PhaseEnd } from '../domain/decide/commands.ts';
import type { Control, RunState } from '../domain/decide/state.ts';
import type { PhaseId } from '../domain/ids.ts';
import { childLoss } from './activity-failure.ts';
import { attribute } from './show-progress.ts';

/** A phase of an earlier run whose agents are still being ended: looked at again after this. */
const stillRunningWaitMs = 2_000;

export interface PhaseName {
  readonly id: PhaseId;
  readonly title: string;
}

/** `lost`: the phase gave no result (terminated by hand). */
export type PhaseOver = PhaseEnd | { readonly kind: 'lost'; readonly how: string };

export class OpenPhase {
  readonly #input: PlanRunInput;
  #id: string | undefined;
  #told: Control | undefined;
  #wanted: Control | undefined;
  #isTelling = false;

  constructor(input: PlanRunInput) {
    this.#input = input;
  }

  async run(
    phase: PhaseName,
    state: RunState,
    first: PlanRunInput['first'],
    control: () => Control,
  ): Promise<PhaseOver> {
    const { settings, home, takeOver, searchAttributes } = this.#input;
    const id = workflowIds.phase(settings.plan.name, phase.id);
    for (;;) {
      const run: RunState = { ...state, control: control() };
      const input: PhaseInput = {
        ...{ settings, home, takeOver, run, first },
        phase: phase.id,
        title: phase.title,
        appliedUpdates: [],
        ...(searchAttributes === undefined ? {} : { searchAttributes }),
      };
      const child = await this.#start(id, input);
      if (child === 'still-running') {
        await sleep(stillRunningWaitMs, { summary: `phase ${phase.id} of an earlier run still ends` });
        continue;
      }
      this.#id = id;
      this.#told = run.control;
      this.tell(control());
      const over = await child.result().catch((error: unknown) => ({ kind: 'lost', how: childLoss(error) }) as const);
      this.#id = undefined;
      return over;
    }
  }

  /**
   * Hands the run's control on; the phase that has just ended does not need it. One signal at a time, the newest control
   * last: the server does not keep the order of two that are sent in one workflow task (a pause and its resume, taken
   * while no worker was there).
   */
  tell(control: Control): void {
    this.#wanted = control;
    if (this.#isTelling) return;
    this.#isTelling = true;
    // Called by message handlers and by a cancel, whose scope is cancelled.
    void CancellationScope.nonCancellable(() => this.#tellNewest());
  }

  async #tellNewest(): Promise<void> {
    while (this.#id !== undefined && this.#wanted !== this.#told) {
      const control = this.#wanted;
      this.#told = control;
      if (control === undefined) break;
      await getExternalWorkflowHandle(this.#id)
        .signal('control', control)
        .catch((error: unknown) =>
          log.info('the phase ended before it could be told', { control, error: String(error) }),
        );
    }
    this.#isTelling = false;
  }

  async #start(workflowId: string, input: PhaseInput): Promise<'still-running' | { result(): Promise<PhaseEnd> }> {
    const { plan } = input.settings;
    try {
      return await startChild<(input: PhaseInput) => Promise<PhaseEnd>>(workflowTypes.phase, {
        workflowId,
        args: [input],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `Phase ${input.phase}: ${input.title}`.slice(0, 180),
        staticDetails: `Plan \`${plan.path}\` on \`${plan.branch}\` of ${plan.remote}, run ${input.run.run}`,
        ...(input.searchAttributes === true
          ? {
              typedSearchAttributes: [
                attribute('TallymanPlan', plan.name),
                attribute('TallymanPhase', input.phase),
                attribute('TallymanRun', input.run.run),
              ],
            }
          : {}),
      });
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'still-running';
      throw error;
    }
  }
}
