/** `retry`, `skip`, `cancel`, `approve`: an update of the open phase, or, where that makes sense, a run that begins with it. */
import type { OperatorRequest } from '../../domain/decide/events.ts';
import { isTaskId, type TaskId } from '../../domain/ids.ts';
import type { PhaseUpdates } from '../../contracts/messages.ts';
import type { Options } from '../command.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { homeOf } from './home.ts';
import { byWhom, noRun, steer, type Steered } from './steering.ts';

export type TaskRequest = 'retry' | 'skip' | 'cancel' | 'approve';

const updates = {
  retry: 'retryTask',
  skip: 'skipTask',
  cancel: 'cancelTask',
  approve: 'approve',
} as const satisfies Record<TaskRequest, keyof PhaseUpdates>;

export async function requestForTask(
  kind: TaskRequest,
  context: Context,
  args: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const task = taskOf(args[0]);
  const steered = await steer(context, options);
  const by = byWhom(context, options);
  const answer = await waitingFor(context, steered.client.update(steered.plan.name, updates[kind], { ...by, task }));
  if (answer.kind === 'refused') throw new Refusal(answer.why);
  if (answer.kind === 'done') context.output.print(answer.said);
  else if (kind === 'cancel') throw noRun(steered.plan);
  else await startWith(context, steered, { kind, task, by: by.by ?? '', why: by.why ?? '' });
  return exitCodes.done;
}

/** An update is answered by a worker: without one it waits, and the person should know for what. */
export async function waitingFor<T>(context: Context, answer: Promise<T>): Promise<T> {
  const patience = setTimeout(
    () => context.output.say('Waiting for a worker to answer: `tallyman run` or `tallyman worker`. Ctrl-C gives up.'),
    patienceMs,
  );
  try {
    return await answer;
  } finally {
    clearTimeout(patience);
  }
}

const patienceMs = 5_000;

export function taskOf(text: string | undefined): TaskId {
  if (text !== undefined && isTaskId(text)) return text;
  throw new Refusal(`Unexpected task "${text ?? ''}", expected an id of the plan.`, [], exitCodes.invalid);
}

/** The run has ended: a new one applies the request first and goes on. A worker must serve it. */
async function startWith(context: Context, steered: Steered, request: OperatorRequest): Promise<void> {
  const { found, server, client } = steered;
  await client.start(found.config.run, { home: await homeOf(found.config, server), first: [request] });
  context.output.print(
    `The run had ended: a new one begins with this request. It goes on while a worker runs: \`tallyman run\` here, or \`tallyman worker\`.`,
  );
}
