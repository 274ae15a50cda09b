/**
 * The phase's dealings with the plan branch: reading its rows, publishing, watching. One at a time, in order, so
 * that a tip the phase hears of is never older than the one before: rows read beside a push would show the phase
 * its own past and look like a person's change.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PlanSeen, PublishInput, ReadPhaseInput } from '../contracts/activities.ts';
import type { PhaseInput } from '../contracts/workflows.ts';
import type { Command } from '../domain/decide/commands.ts';
import type { CommitSha, RunId } from '../domain/ids.ts';
import type { Phase, RowHistory, Task } from '../domain/plan.ts';
import type { Inbox, News } from './inbox.ts';
import { now } from './now.ts';
import { runActivity, watchPlan } from './proxies.ts';
import { remotesOf } from './step-input.ts';

export type Publish = Command & { readonly kind: 'publish' };

/** The answer to a push that found a plan it could not read. */
const nothingWritten = { written: [], conflicts: [], changedByOthers: false } as const;

/** Counts what is under way, because a compaction waits for it. */
export class Remote {
  readonly #input: PhaseInput;
  readonly #inbox: Inbox;
  readonly #watch = new CancellationScope();
  #last: Promise<unknown> = Promise.resolve();
  /** Tip of the rows read last: what people changed since then is named with the next ones. */
  #rowsAt: CommitSha | undefined;
  #underWay = 0;

  constructor(input: PhaseInput, inbox: Inbox) {
    this.#input = input;
    this.#inbox = inbox;
  }

  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** One push; its answer comes back as news. `onWritten` hears first what is on the remote. */
  publish(command: Publish, tip: CommitSha, onWritten: (ops: readonly string[]) => void): void {
    const { settings, home, takeOver, run } = this.#input;
    const input: PublishInput = {
      plan: settings.plan,
      run: run.run,
      ...(command.ownership ? { ownership: { kind: 'begin', home, takeOver } } : {}),
      at: now(),
      tip,
      transitions: command.transitions,
    };
    void this.#inTurn(async () => {
      const result = await runActivity('publish', input, summaryOf(command));
      if (result.kind === 'refused') {
        this.#inbox.push({ ...result, kind: 'publish-refused' });
        return;
      }
      const { written, conflicts, changedByOthers } = result.kind === 'published' ? result : nothingWritten;
      onWritten(written);
      this.#inbox.push({ kind: 'published', tip: result.tip, written, conflicts });
      if (result.kind === 'plan-invalid') this.#inbox.push(result);
      if (changedByOthers) await this.#read();
    });
  }

  /** The rows at a tip, waiting for a plan that can be read; `onInvalid` says what is waited for. */
  async firstRows(
    onInvalid: (news: News & { kind: 'plan-invalid' }) => void,
    at?: CommitSha,
  ): Promise<News & { kind: 'plan-seen' | 'publish-refused' }> {
    let seen = await this.#rows(at);
    while (seen.kind === 'plan-invalid') {
      onInvalid(seen);
      const changed = await watchPlan(this.#watchInput(seen.tip));
      seen = changed.kind === 'refused' ? { ...changed, kind: 'publish-refused' } : await this.#rows();
    }
    return seen;
  }

  /** Until `stopWatching`: reads the rows again whenever people change the plan. */
  watch(since: CommitSha): void {
    this.#watch
      .run(async () => {
        let tip: CommitSha | undefined = since;
        while (tip !== undefined) {
          const seen = await watchPlan(this.#watchInput(tip));
          if (seen.kind === 'refused') {
            this.#inbox.push({ ...seen, kind: 'publish-refused' });
            return;
          }
          tip = await this.#inTurn(() => CancellationScope.nonCancellable(() => this.#read()));
        }
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  stopWatching(): void {
    this.#watch.cancel();
  }

  async #read(): Promise<CommitSha | undefined> {
    const news = await this.#rows();
    this.#inbox.push(news);
    return news.kind === 'publish-refused' ? undefined : news.tip;
  }

  async #rows(at?: CommitSha): Promise<News & { kind: 'plan-seen' | 'plan-invalid' | 'publish-refused' }> {
    const { settings, phase } = this.#input;
    const read = (page: Pick<ReadPhaseInput, 'at' | 'page' | 'since'>): Promise<PlanSeen> =>
      runActivity(
        'readPhase',
        { plan: settings.plan, phase, remotes: remotesOf(settings), ...page },
        `reads phase ${phase}`,
      );
    const since = this.#rowsAt;
    let seen = await read({ ...(at === undefined ? {} : { at }), ...(since === undefined ? {} : { since }) });
    const tasks: Task[] = [];
    const histories: Record<string, RowHistory> = {};
    const changes = seen.kind === 'valid' ? seen.changes : [];
    for (;;) {
      if (seen.kind === 'invalid') return { kind: 'plan-invalid', tip: seen.tip, diagnostics: seen.diagnostics };
      if (seen.kind === 'refused') return { kind: 'publish-refused', why: seen.why, detail: seen.detail };
      tasks.push(...seen.tasks);
      Object.assign(histories, seen.histories);
      const { tip, title, nextPage } = seen;
      const rows: Phase = { id: phase, title, tasks };
      if (nextPage === undefined) {
        this.#rowsAt = tip;
        return { kind: 'plan-seen', tip, phase: rows, histories, changes };
      }
      seen = await read({ at: tip, page: nextPage });
    }
  }

  #watchInput(since: CommitSha): {
    plan: PhaseInput['settings']['plan'];
    run: RunId;
    phase: PhaseInput['phase'];
    since: CommitSha;
  } {
    const { settings, run, phase } = this.#input;
    return { plan: settings.plan, run: run.run, phase, since };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    const turn = this.#last.then(work).finally(() => (this.#underWay -= 1));
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function summaryOf(command: Publish): string {
  const changes = command.transitions.slice(0, 3).map((change) => `${change.task} ${change.to}`);
  const more = command.transitions.length > 3 ? ` and ${command.transitions.length - 3} more` : '';
  return [command.ownership ? 'run begins' : '', ...changes].filter((part) => part !== '').join(', ') + more;
}
