/** What the plan run shows of itself: phases and counts in its memo, one sentence in its details. */
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import type { OutlineSeen } from '../contracts/activities.ts';
import { memoKeys } from '../contracts/names.ts';
import type { RunProgress } from '../contracts/progress.ts';
import type { PlanRunEnd, PlanRunInput } from '../contracts/workflows.ts';
import type { Control } from '../domain/decide/state.ts';
import type { RunId } from '../domain/ids.ts';
import { attribute } from './show-progress.ts';

export class RunShow {
  readonly #hasAttributes: boolean;
  #progress: RunProgress;
  #memo = '';
  #state = '';

  constructor(input: PlanRunInput, run: RunId, control: Control) {
    this.#hasAttributes = input.searchAttributes === true;
    this.#progress = { version: 1, run, plan: input.settings.plan.name, control: control.kind, phases: [] };
  }

  control(control: Control): void {
    this.#tell({ ...this.#progress, control: control.kind });
  }

  phases(outline: OutlineSeen & { readonly kind: 'valid' }): void {
    const { version, run, plan, control } = this.#progress;
    const { phases, open } = outline;
    this.#tell({ version, run, plan, control, phases, ...(open === undefined ? {} : { open }) });
    const lines = outline.phases.map(
      (phase) => `- ${phase.title || `Phase ${phase.id}`}: ${phase.satisfied} of ${phase.tasks}`,
    );
    setCurrentDetails(lines.join('\n'));
  }

  unreadable(outline: OutlineSeen & { readonly kind: 'invalid' }): void {
    const [first] = outline.diagnostics;
    const place = first === undefined ? '' : ` ${first.file}:${first.line}:${first.column} ${first.message}.`;
    const problem = `The plan cannot be read: ${outline.diagnostics.length} problems.${place} Waiting for a commit that mends it.`;
    this.#tell({ ...this.#progress, problem });
    setCurrentDetails(problem);
  }

  ended(end: PlanRunEnd): void {
    const { version, run, plan, control, phases } = this.#progress;
    this.#tell({ version, run, plan, control, phases, end: end.kind });
    setCurrentDetails(end.summary);
  }

  #tell(progress: RunProgress): void {
    this.#progress = progress;
    const memo = JSON.stringify(progress);
    if (memo !== this.#memo) upsertMemo({ [memoKeys.progress]: progress });
    this.#memo = memo;
    const state = progress.end ?? progress.control;
    if (!this.#hasAttributes || state === this.#state) return;
    this.#state = state;
    upsertSearchAttributes([attribute('TallymanRun', progress.run), attribute('TallymanState', state)]);
  }
}
