/**
 * Carries out the commands of decide(), in order, and turns what comes of them into events.
 *
 * C1 a step is under way once: its entry stands from its start until its event
 * C2 one timer per name; a later one replaces it
 * C3 nothing here decides: no command is left out, put off or added to
 */
import { CancellationScope, isCancellation, log, sleep } from '@temporalio/workflow';
import type { PhaseInput } from '../contracts/workflows.ts';
import type { Command, Notice, PhaseEnd, RunStep } from '../domain/decide/commands.ts';
import type { TimerName } from '../domain/decide/events.ts';
import type { PhaseState } from '../domain/decide/state.ts';
import { stepKey } from '../domain/ids.ts';
import { unreachable } from '../domain/result.ts';
import { isSatisfied, isSettled } from '../domain/row-status.ts';
import { stepActivityId } from '../contracts/names.ts';
import { repoOf } from '../contracts/run-settings.ts';
import { lossOf } from './activity-failure.ts';
import type { Inbox } from './inbox.ts';
import { msUntil } from './now.ts';
import { besideActivity, gateBase, hostActivity } from './proxies.ts';
import type { Publish, Remote } from './remote.ts';
import { keyOf, stepInput } from './step-input.ts';
import { endStep, runStep, type StepOutcome, type StepRun } from './step-run.ts';

type EndStep = Command & { readonly kind: 'end-step' };
type SetTimer = Command & { readonly kind: 'set-timer' };

export class CarryOut {
  readonly #input: PhaseInput;
  readonly #inbox: Inbox;
  readonly #remote: Remote;
  readonly #steps = new Map<string, StepRun>();
  readonly #timers = new Map<TimerName, { readonly at: string; readonly scope: CancellationScope }>();
  /** Where a task's workspace is, for its clean-up. */
  readonly #hosts = new Map<string, string>();
  readonly #told = new Set<string>();
  readonly #beside = new Set<Promise<unknown>>();
  readonly #bases = new CancellationScope();
  #end: PhaseEnd | undefined;

  constructor(input: PhaseInput, inbox: Inbox, remote: Remote) {
    this.#input = input;
    this.#inbox = inbox;
    this.#remote = remote;
  }

  get end(): PhaseEnd | undefined {
    return this.#end;
  }

  /** Work that a compaction waits for, as opposed to what the next execution adopts. */
  get isBusy(): boolean {
    const isShort = (run: StepRun): boolean => run.start.step === 'prepare' || run.start.step === 'land';
    return this.#remote.isBusy || this.#beside.size > 0 || [...this.#steps.values()].some(isShort);
  }

  carryOut(state: PhaseState, command: Command): void {
    switch (command.kind) {
      case 'publish':
        this.#publish(state, command);
        break;
      case 'run-step':
        this.#runStep(state, command);
        break;
      case 'gate-base':
        this.#gateBase(state, command.repo, command.turn);
        break;
      case 'end-step':
        this.#endStep(command);
        break;
      case 'set-timer':
        this.#setTimer(command);
        break;
      case 'notify':
        this.#notify(command.notice);
        break;
      case 'end-phase':
        this.#end = command.end;
        break;
      default:
        unreachable(command);
    }
  }

  /** After the end: no timer is left, and what goes on beside has been heard out. */
  async close(): Promise<void> {
    for (const { scope } of this.#timers.values()) scope.cancel();
    this.#timers.clear();
    this.#bases.cancel();
    await Promise.all([...this.#beside]);
  }

  #publish(state: PhaseState, command: Publish): void {
    const settled = command.transitions.filter((change) => isSettled(change.to));
    this.#remote.publish(command, state.run.tip, (written) => {
      for (const change of settled) if (written.includes(change.op)) this.#clean(change.task, isSatisfied(change.to));
    });
  }

  #runStep(state: PhaseState, start: RunStep): void {
    if (start.host !== undefined) this.#hosts.set(start.task, start.host);
    const { settings } = this.#input;
    const run = runStep(settings, start, stepInput(settings, state, start));
    const key = keyOf(state, start);
    this.#steps.set(key, run);
    void run.outcome.then((outcome) => {
      // A step that is being ended is reported by #endStep.
      if (this.#steps.get(key) !== run) return;
      this.#steps.delete(key);
      this.#report(start, outcome);
    });
  }

  #report(start: RunStep, outcome: StepOutcome): void {
    const { task, attempt, step } = start;
    if (outcome.kind === 'end') {
      if (outcome.end.kind === 'prepared') this.#hosts.set(task, outcome.end.host);
      this.#inbox.push({ kind: 'step-ended', task, attempt, step, end: outcome.end });
    } else if (outcome.kind === 'unclaimed') {
      this.#inbox.push({ kind: 'step-unclaimed', task, attempt, step, host: start.host ?? '' });
    } else {
      log.warn('a step ended without an answer', { task, attempt, step, ...outcome });
      this.#inbox.push({ kind: 'step-lost', task, attempt, step });
    }
  }

  #endStep(command: EndStep): void {
    const { key, task, attempt, step } = command;
    const run = this.#steps.get(key);
    this.#steps.delete(key);
    run?.cancel();
    const host = command.host ?? this.#hosts.get(task);
    const what = { key, name: `${task} ${step}, attempt ${attempt}`, ...(host === undefined ? {} : { host }) };
    void (async () => {
      const end = await endStep(this.#input.settings, what, await run?.outcome);
      this.#inbox.push({ kind: 'step-ended', task, attempt, step, end });
    })();
  }

  #gateBase(state: PhaseState, repo: string, turn: number): void {
    const { settings } = this.#input;
    const { plan, run } = state.run;
    const name = `_base-${repo}`;
    const key = stepKey({ plan, run, task: name, attempt: 0, step: 'gates', turn });
    const input = { key, plan: settings.plan, repo: repoOf(settings, repo), killGraceMs: settings.killGraceMs };
    const summary = `gates of the base${repo === '' ? '' : ` of ${repo}`}`;
    const gated = this.#bases
      .run(() => gateBase(input, stepActivityId(name, 0, 'gates', turn), summary))
      .then(({ verdicts }) => this.#inbox.push({ kind: 'base-gated', repo, verdicts }))
      .catch((error: unknown) => {
        log.warn('the gates of a base ended without an answer', { repo, ...lossOf(error) });
        // Not judged is not green: `resume` asks again.
        const verdicts = [{ gate: 'base', kind: 'errored', durationMs: 0 }] as const;
        if (!isCancellation(error)) this.#inbox.push({ kind: 'base-gated', repo, verdicts });
      });
    this.#besides(gated);
  }

  #setTimer({ timer, at, summary }: SetTimer): void {
    const old = this.#timers.get(timer);
    if (old?.at === at) return;
    old?.scope.cancel();
    const scope = new CancellationScope();
    this.#timers.set(timer, { at, scope });
    scope
      .run(() => sleep(msUntil(at), { summary }))
      .then(() => {
        this.#timers.delete(timer);
        this.#inbox.push({ kind: 'timer', timer });
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  #notify(notice: Notice): void {
    if (this.#told.has(notice.key)) return;
    this.#told.add(notice.key);
    const input = { settings: this.#input.settings.notify, notice };
    this.#besides(besideActivity('notify', input, `tells: ${notice.about}`).catch(lossOf));
  }

  #clean(task: string, isGood: boolean): void {
    const host = this.#hosts.get(task);
    if (host === undefined) return;
    this.#hosts.delete(task);
    const { settings, run } = this.#input;
    const input = { plan: settings.plan, task, run: run.run, keep: !isGood };
    this.#besides(
      hostActivity('cleanTask', input, { host, settings, summary: `cleans up after ${task}` }).catch(lossOf),
    );
  }

  #besides(work: Promise<unknown>): void {
    this.#beside.add(work);
    void work.finally(() => this.#beside.delete(work));
  }
}
