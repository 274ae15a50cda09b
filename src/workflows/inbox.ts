/**
 * What a phase hears: a queue of events, and one handler per message of contracts/messages.ts. Opened before the
 * workflow's first await, because messages may come with its first task.
 *
 * Validators do all the refusing, by the pure `refusal`. The id of an applied update is kept: the same id would
 * otherwise apply a second time after a continue-as-new.
 */
import {
  ApplicationFailure,
  condition,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import type { By, PhaseQueries, PhaseSignals, PhaseUpdates, Receipt } from '../contracts/messages.ts';
import type { Event, OperatorRequest } from '../domain/decide/events.ts';
import { refusal } from '../domain/decide/on-operator.ts';
import type { PhaseState } from '../domain/decide/state.ts';
import { isTaskId, taskId } from '../domain/ids.ts';
import { now } from './now.ts';
import { progressOf } from '../views/progress.ts';
import { whyTask } from '../views/why.ts';

/** An update's id is remembered over this many later ones; Temporal allows 2,000 in one execution, people send a few. */
const appliedUpdatesMax = 100;

/** An event before its time is put on it. */
export type News = Event extends infer E ? (E extends { readonly at: string } ? Omit<E, 'at'> : never) : never;

export interface Inbox {
  push(news: News): void;
  take(): Event | undefined;
  isEmpty(): boolean;
  /** For the next execution's input. */
  appliedUpdates(): readonly string[];
}

export function openInbox(state: () => PhaseState, applied: readonly string[]): Inbox {
  const events: Event[] = [];
  const ids = [...applied];
  const inbox: Inbox = {
    push: (news) => events.push({ at: now(), ...news }),

    take: () => events.shift(),
    isEmpty: () => events.length === 0,
    appliedUpdates: () => ids.slice(-appliedUpdatesMax),
  };
  const isApplied = (): boolean => ids.includes(currentUpdateInfo()?.id ?? '');

  async function apply(request: OperatorRequest): Promise<Receipt> {
    if (isApplied()) return { said: 'That was done before.' };
    await condition(() => state().opened);
    const why = refused(state(), request);
    if (why !== undefined) throw ApplicationFailure.nonRetryable(why, 'Refused');
    const id = currentUpdateInfo()?.id;
    if (id !== undefined) ids.push(id);
    inbox.push({ kind: 'operator', request });
    return { said: receiptFor(request) };
  }

  function listen<K extends keyof PhaseUpdates>(name: K, read: (argument: PhaseUpdates[K]) => OperatorRequest): void {
    setHandler(defineUpdate<Receipt, [PhaseUpdates[K]]>(name), (argument) => apply(read(argument)), {
      validator: (argument: PhaseUpdates[K]) => {
        if (isApplied()) return;
        const why = refused(state(), checked(name, argument, read));
        if (why !== undefined) throw new Error(why);
      },
    });
  }

  listen('retryTask', (argument) => ({ kind: 'retry', ...about(argument) }));
  listen('skipTask', (argument) => ({ kind: 'skip', ...about(argument) }));
  listen('cancelTask', (argument) => ({ kind: 'cancel', ...about(argument) }));
  listen('approve', (argument) => ({ kind: 'approve', ...about(argument) }));
  listen('setConcurrency', (argument) => ({
    kind: 'set-concurrency',
    concurrency: argument.concurrency,
    ...person(argument),
  }));
  setHandler(defineSignal<[PhaseSignals['control']]>('control'), (control) =>
    inbox.push({ kind: 'operator', request: { kind: 'control', control } }),
  );
  setHandler(defineQuery<PhaseQueries['progress']['reply']>('progress'), () => progressOf(known(state()), now()));
  setHandler(defineQuery<PhaseQueries['why']['reply'], [string]>('why'), (task) =>
    isTaskId(task) ? whyTask(state(), task, now()) : `"${task}" is not a task id.`,
  );
  return inbox;
}

/** Who asked; a message from the Web UI may say nothing. */
export function person(argument: By | undefined): { readonly by: string; readonly why: string } {
  return { by: argument?.by ?? 'unknown', why: argument?.why ?? '' };
}

function about(
  argument: By & { readonly task: string },
): Pick<OperatorRequest & { kind: 'retry' }, 'task' | 'by' | 'why'> {
  return { task: taskId(argument.task), ...person(argument) };
}

/** Arguments may be typed by a person: their form is told as a refusal, before anything reads them. */
function checked<K extends keyof PhaseUpdates>(
  name: K,
  argument: PhaseUpdates[K] | undefined,
  read: (argument: PhaseUpdates[K]) => OperatorRequest,
): OperatorRequest {
  if (argument === undefined || typeof argument !== 'object')
    throw new Error(
      `${name} needs an argument, such as ${name === 'setConcurrency' ? '{"concurrency": 4}' : '{"task": "T3"}'}.`,
    );
  if ('task' in argument && (typeof argument.task !== 'string' || !isTaskId(argument.task)))
    throw new Error(`"${argument.task}" is not a task id.`);
  if (name !== 'setConcurrency' && !('task' in argument))
    throw new Error(`${name} needs a task, such as {"task": "T3"}.`);
  return read(argument);
}

/** Before the rows are seen nothing can be said: the handler waits for them and asks again. */
function refused(state: PhaseState, request: OperatorRequest): string | undefined {
  if (!state.opened) return undefined;
  return state.ended ? 'This phase has ended; ask again in a moment.' : refusal(state, request);
}

function known(state: PhaseState): PhaseState {
  if (!state.opened) throw new Error('The phase is reading its rows; ask again in a moment.');
  return state;
}

function receiptFor(request: OperatorRequest): string {
  if (request.kind === 'set-concurrency') return `Up to ${request.concurrency} agents run at a time.`;
  if (request.kind === 'control') return `The run is ${request.control.kind}.`;
  const done = { retry: 'is reopened', skip: 'is skipped', cancel: 'is being cancelled', approve: 'is approved' };
  return `${request.task} ${done[request.kind]}.`;
}
