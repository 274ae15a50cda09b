/**
 * What a person asks of the run: why it is refused, and what it does. `refusal` does all the refusing, as validator of
 * the updates and as answer of the command line; a request that it refuses changes nothing.
 */
import type { TaskId } from '../ids.ts';
import { unreachable } from '../result.ts';
import { claim, byLine, reopen, settleSkipped } from './transitions.ts';
import { type Draft, numberOf, setTally, taskAt, update } from './draft.ts';
import { endAttempt } from './endings.ts';
import type { Control } from './control.ts';
import type { Event, OperatorRequest } from './events.ts';
import { holdOfApproval } from './holds.ts';
import { settleUnchanged } from './on-step-ended.ts';
import { inDispatchOrder } from './order.ts';
import type { PhaseState, TaskState } from './state.ts';

type TaskRequest = Extract<OperatorRequest, { readonly task: TaskId }>;

/** Agents beyond this number on one run are a slip of the keyboard. */
const concurrencyMax = 64;

/** Why the request cannot be granted, as a sentence for the person who made it; undefined when it can. */
export function refusal(state: PhaseState, request: OperatorRequest): string | undefined {
  if (state.ended) return 'This phase has ended; ask again in a moment.';
  if (request.kind === 'control') return undefined;
  if (request.kind === 'set-concurrency') return refusalOfConcurrency(request.concurrency);
  if (!state.opened) return 'The plan has not been read yet; ask again in a moment.';
  const number = numberOf(state, request.task);
  if (number === undefined)
    return `Phase ${state.phase} has no task ${request.task}: see \`tallyman status\` for its tasks.`;
  if (state.refused !== undefined) return `The run is ending: ${state.refused.detail}`;
  return refusalOfTask(state, number, request);
}

export function onOperator(draft: Draft, { request }: Event & { readonly kind: 'operator' }): void {
  if (refusal(draft.state, request) !== undefined) return;
  if (request.kind === 'control') return onControl(draft, request.control);
  if (request.kind === 'set-concurrency') return setConcurrency(draft, request.concurrency);
  const number = numberOf(draft.state, request.task);
  if (number !== undefined) onTaskRequest(draft, number, request);
}

function refusalOfConcurrency(concurrency: number): string | undefined {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= concurrencyMax) return undefined;
  return `Unexpected concurrency ${concurrency}, expected a whole number from 1 to ${concurrencyMax}.`;
}

function refusalOfTask(state: PhaseState, number: number, { kind, task: id }: TaskRequest): string | undefined {
  const task = taskAt(state, number);
  switch (kind) {
    case 'retry':
      if (task.kind === 'theirs' || (task.kind === 'settled' && (task.as === 'failed' || task.as === 'blocked')))
        return undefined;
      return `${id} is ${wordFor(task)}: only a failed or blocked task, or a row that a person took, can be retried.`;
    case 'skip':
      if (task.kind !== 'settled' || task.as === 'failed' || task.as === 'blocked') return refusalOfEnding(task, id);
      return `${id} is ${task.as} already.`;
    case 'cancel':
      if (task.kind === 'claimed') return refusalOfEnding(task, id);
      return `${id} is ${wordFor(task)}: only a task that is being worked on can be cancelled; \`tallyman skip ${id}\` leaves it out.`;
    case 'approve':
      return approvalPoint(state, number) === undefined ? `${id} does not wait for an approval.` : undefined;
    default:
      return unreachable(kind);
  }
}

function refusalOfEnding(task: TaskState, id: TaskId): string | undefined {
  if (task.kind !== 'claimed') return undefined;
  const ending = task.attempt.ending?.kind;
  if (ending === undefined || ending === 'interrupt') return undefined;
  return `${id} is being ended already.`;
}

function onControl(draft: Draft, control: Control): void {
  const { run } = draft.state;
  // A stop is final: its rows are on their way back.
  if (run.control.kind === 'stopping') return;
  update(draft, { run: { ...run, control } });
  if (control.kind === 'running') resume(draft);
}

/** A person has looked: the breaker closes, stopped agents may try again, red bases are gated once more. */
function resume(draft: Draft): void {
  const { breaker: _breaker, ...run } = draft.state.run;
  const agentHolds = Object.entries(run.agentHolds).filter(([, hold]) => hold.until !== undefined);
  const baseGates = Object.entries(run.baseGates).map(
    ([repo, gates]) => [repo, gates.kind === 'red' ? { ...gates, again: true } : gates] as const,
  );
  update(draft, {
    run: {
      ...run,
      recentCauses: [],
      agentHolds: Object.fromEntries(agentHolds),
      baseGates: Object.fromEntries(baseGates),
    },
  });
}

function setConcurrency(draft: Draft, concurrency: number): void {
  const { run } = draft.state;
  update(draft, { run: { ...run, policy: { ...run.policy, concurrency } } });
  update(draft, { ready: inDispatchOrder(draft.state, draft.state.ready) });
}

function onTaskRequest(draft: Draft, number: number, request: TaskRequest): void {
  const { by, why } = request;
  const task = taskAt(draft.state, number);
  switch (request.kind) {
    case 'retry':
      return task.kind === 'theirs' ? claim(draft, number, byLine('taken over', request)) : reopen(draft, number);
    case 'skip':
      if (task.kind === 'claimed') return endAttempt(draft, number, { kind: 'skip', by, why });
      return settleSkipped(draft, number, request);
    case 'cancel':
      return endAttempt(draft, number, { kind: 'cancel', by, why });
    case 'approve':
      return approve(draft, number);
    default:
      return unreachable(request.kind);
  }
}

function approve(draft: Draft, number: number): void {
  const point = approvalPoint(draft.state, number);
  if (point === undefined) return;
  const task = taskAt(draft.state, number);
  setTally(draft, number, { approved: [...task.tally.approved, point] });
  if (task.kind === 'claimed') settleUnchanged(draft, number);
}

/** Where the task waits for a person, or will once its needs are met. */
function approvalPoint(state: PhaseState, number: number): 'before' | 'after' | undefined {
  const task = taskAt(state, number);
  const isAtEnd = task.kind === 'claimed' && task.attempt.step === 'land' && task.attempt.stepIs === 'due';
  const point = task.kind === 'idle' ? 'before' : isAtEnd ? 'after' : undefined;
  return point !== undefined && holdOfApproval(state, number, point) !== undefined ? point : undefined;
}

function wordFor(task: TaskState): string {
  switch (task.kind) {
    case 'idle':
      return 'not started';
    case 'claimed':
      return 'in progress';
    case 'theirs':
      return "a person's";
    case 'settled':
      return task.as;
    default:
      return unreachable(task);
  }
}
