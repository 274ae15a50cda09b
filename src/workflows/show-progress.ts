/**
 * Progress to where Temporal shows it: the memo (answers with no worker), search attributes, and the current details
 * as Markdown. Written only when something changed, in the same workflow task as the commands of that change.
 */
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { memoKeys } from '../contracts/names.ts';
import type { PhaseInput } from '../contracts/workflows.ts';
import type { PhaseState } from '../domain/decide/state.ts';
import type { News } from './inbox.ts';
import { progressMarkdown } from '../views/progress-markdown.ts';
import { progressOf } from '../views/progress.ts';
import { now } from './now.ts';

export class PhaseShow {
  readonly #hasAttributes: boolean;
  /** What the execution before had done, when this one goes on after a compaction. */
  readonly #session: string;
  #memo = '';
  #state = '';

  constructor(input: PhaseInput) {
    this.#hasAttributes = input.searchAttributes === true;
    this.#session = input.session === undefined ? '' : `\n\n\`\`\`\n${input.session}\n\`\`\``;
    if (input.session !== undefined) upsertMemo({ [memoKeys.session]: input.session });
  }

  progress(state: PhaseState): void {
    const progress = progressOf(state, now());
    setCurrentDetails(progressMarkdown(progress) + this.#session);
    const memo = JSON.stringify(progress);
    if (memo !== this.#memo) upsertMemo({ [memoKeys.progress]: progress });
    this.#memo = memo;
    this.#attribute(progress.control);
  }

  /** The first reading of the rows waits for a plan that can be read. */
  unreadable(news: News & { kind: 'plan-invalid' }): void {
    const [first] = news.diagnostics;
    const place = first === undefined ? '' : ` ${first.file}:${first.line}:${first.column} ${first.message}.`;
    setCurrentDetails(
      `The plan at ${news.tip.slice(0, 12)} cannot be read (${news.diagnostics.length} problems).${place} Waiting for a commit that mends it.`,
    );
    this.#attribute('plan-invalid');
  }

  #attribute(state: string): void {
    if (!this.#hasAttributes || state === this.#state) return;
    this.#state = state;
    upsertSearchAttributes([attribute('TallymanState', state)]);
  }
}

/** One value of an attribute of contracts/names.ts. */
export function attribute(name: string, value: string): SearchAttributePair {
  return { key: defineSearchAttributeKey(name, 'KEYWORD'), value };
}
