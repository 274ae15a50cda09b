/** `retry`, `skip`, `cancel`, `approve`: an update of the open phase, or, where that makes sense, a run that begins with it. */
import type { OperatorRequest } from '../../domain/decide/events.ts';
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import { isTaskId, type TaskId } from '../../domain/ids.ts';
import type { PlanSettings } from '../../contracts/run-settings.ts';
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
  const by = await byWhom(context, options);
  await steer(
    context,
    options,
    async (run) => {
      const answer = await update(context, run, (client, plan) => client.update(plan, updates[kind], { ...by, task }));
      if (answer.kind === 'done') context.output.print(answer.said);
      else if (kind === 'cancel') throw noRun(run.plan);
      else await startWith(context, run, { kind, task, by: by.by ?? '', why: by.why ?? '' });
    },
    kind === 'retry' ? [`\`tallyman run --retry ${task}\` starts a run that begins with it.`] : [],
  );
  return exitCodes.done;
}

type Answer = Awaited<ReturnType<RunClient['update']>>;

const patienceMs = 3_000;
/** Longer than a worker that is there can need, however busy its machine. */
const giveUpMs = 30_000;

/** An update is answered by a worker: without one it waits, and the person should know for what. A refusal ends the command. */
export async function update(
  context: Context,
  { client, plan, hasWorker }: Steered,
  ask: (client: RunClient, plan: string) => Promise<Answer>,
): Promise<Exclude<Answer, { readonly kind: 'refused' }>> {
  if (!hasWorker && (await client.seen(plan.name))?.isOpen === true) throw noWorker(plan);
  const patience = setTimeout(() => context.output.say('Waiting for a worker to answer …'), patienceMs);
  let giveUp: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    giveUp = setTimeout(() => reject(noWorker(plan)), giveUpMs);
  });
  try {
    const answer = await Promise.race([ask(client, plan.name), late]);
    if (answer.kind === 'refused') throw new Refusal(answer.why);
    return answer;
  } finally {
    clearTimeout(patience);
    clearTimeout(giveUp);
  }
}

function noWorker(plan: PlanSettings): Refusal {
  return new Refusal(`A run of ${plan.path} is open, but nothing serves it now, so it cannot answer.`, [
    'Start `tallyman run`, which goes on with it, and ask again from here; `tallyman run --retry ID` does both.',
  ]);
}

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
