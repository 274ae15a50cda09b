/**
 * Runs a program as a supervised step on behalf of an activity: starts or adopts it, hands on its output, heartbeats,
 * renews its lease. It owns nothing: when the activity must go, the step stays (detach), unless it is to die (kill).
 *
 * A1 the first heartbeat goes out before anything is started, so that an ending is heard from the first second.
 * A2 the lease is renewed only while the server was heard of lately: a heartbeat has no acknowledgement.
 * A3 a newer watcher wins: this one leaves the step to it.
 */
import type { StepExit, StepProgram, WatchedStep } from '../adapters/supervisor/port.ts';
import type { Heartbeat } from '../contracts/progress.ts';
import type { StepKey } from '../domain/ids.ts';
import { lastLineReader } from './last-line.ts';
import type { Ports } from './ports.ts';
import { Detached, type ActivityScope } from './scope.ts';
import { endStrays } from './strays.ts';

export interface SupervisedStep {
  readonly key: StepKey;
  readonly program: StepProgram;
  /** Of every heartbeat; the line and the tokens come from the output. */
  readonly heartbeat: Omit<Heartbeat, 'line' | 'tokens'>;
  /** Told every piece of the output, from byte 0, in order. What it returns replaces the last line, or the tokens, in the heartbeats. */
  readonly onBytes?: (bytes: Uint8Array) => { readonly line?: string; readonly tokens?: number } | undefined;
}

/** `killed` is the only proof that a step that was to die is dead. */
export type Supervised =
  | { readonly kind: 'exited'; readonly exit: StepExit; readonly log: string }
  | { readonly kind: 'killed'; readonly exit: StepExit; readonly log: string };

export type SupervisePorts = Pick<Ports, 'supervisor' | 'serverSilentMs' | 'log'>;

const beatMs = 1000;
/** A server not heard of for longer may have given the step to nobody: the lease runs. */
const serverSilentMsMax = 30_000;

/** Throws `Detached` when the activity is to leave the step alive. */
export async function supervise(
  ports: SupervisePorts,
  scope: ActivityScope,
  step: SupervisedStep,
): Promise<Supervised> {
  const view = createView(scope, step);
  view.beat();
  if (scope.signal.aborted) await endBeforeStart(ports, scope, step);
  await endStrays(ports, step.key, step.program.limits.graceMs);
  const watched = await ports.supervisor.startOrAdopt(step.key, step.program, scope.watcher);
  ports.log.info(`step ${watched.how}`, logFields(step));
  const lease = keepLease(ports, watched, view.beat);
  const read = readOutput(watched, view.see);
  try {
    // The output ends with the step, or when it is left.
    const over = Promise.all([watched.exit, read]).then(([exit]) => ({ kind: 'over' as const, exit }));
    const first = await Promise.race([over, scope.ending.then((how) => ({ kind: how })), lease.lost]);
    if (first.kind === 'over') return ended(watched, first.exit);
    if (first.kind === 'kill') return { kind: 'killed', exit: await killed(watched, read), log: watched.log };
    ports.log.info(`step left alive: ${first.kind}`, logFields(step));
    throw new Detached(
      first.kind === 'taken-over'
        ? `A newer watcher took over ${step.key}.`
        : `Step ${step.key} goes on without its watcher; the next one adopts it.`,
    );
  } finally {
    lease.stop();
    watched.detach();
    await read.catch(() => undefined); // Its fault, if any, was thrown above.
  }
}

/** An activity that is to end before it began starts nothing: to kill is to refuse the key, which the step then says itself. */
async function endBeforeStart(ports: SupervisePorts, scope: ActivityScope, step: SupervisedStep): Promise<void> {
  if ((await scope.ending) === 'detach') throw new Detached(`Step ${step.key} was left before it was started.`);
  await ports.supervisor.end(step.key, step.program.limits.graceMs);
}

function ended(watched: WatchedStep, exit: StepExit): Supervised {
  return { kind: exit.endedBy === 'killed' ? 'killed' : 'exited', exit, log: watched.log };
}

/** What it printed to the end is read too: it tells what was used. */
async function killed(watched: WatchedStep, read: Promise<void>): Promise<StepExit> {
  const exit = await watched.kill();
  await read;
  return exit;
}

async function readOutput(watched: WatchedStep, see: (bytes: Uint8Array) => void): Promise<void> {
  for await (const bytes of watched.output) see(bytes);
}

interface View {
  readonly beat: () => void;
  readonly see: (bytes: Uint8Array) => void;
}

/** What heartbeats say of the step; one goes out with every change of what they say, Temporal thins them out. */
function createView(scope: ActivityScope, step: SupervisedStep): View {
  const lines = lastLineReader();
  let said = { line: '', tokens: 0 };
  const beat = (): void => {
    scope.heartbeat({ ...step.heartbeat, ...said });
  };
  return {
    beat,
    see: (bytes) => {
      const event = step.onBytes?.(bytes);
      const line = step.onBytes === undefined ? lines.feed(bytes) : event?.line;
      const next = { line: line ?? said.line, tokens: event?.tokens ?? said.tokens };
      if (next.line === said.line && next.tokens === said.tokens) return;
      said = next;
      beat();
    },
  };
}

interface KeptLease {
  readonly lost: Promise<{ readonly kind: 'taken-over' }>;
  stop(): void;
}

function keepLease(ports: SupervisePorts, watched: WatchedStep, beat: () => void): KeptLease {
  let stop: () => void = () => undefined;
  const lost = new Promise<{ readonly kind: 'taken-over' }>((resolve, reject) => {
    const timer = setInterval(() => {
      beat();
      if (ports.serverSilentMs() >= serverSilentMsMax) return;
      watched.renew().then((whose) => {
        if (whose === 'taken-over') resolve({ kind: whose });
      }, reject);
    }, beatMs);
    stop = () => {
      clearInterval(timer);
    };
  });
  return { lost, stop };
}

function logFields({ key, heartbeat }: SupervisedStep): Readonly<Record<string, unknown>> {
  return { run: key.split('/')[2], task: heartbeat.task, attempt: heartbeat.attempt, step: heartbeat.step, key };
}
