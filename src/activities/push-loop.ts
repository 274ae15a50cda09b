/**
 * Compare and push until it is done: what publish and land share.
 *   L1 One turn at a time per branch in this process: the plan branch may be a task's branch too.
 *   L2 A turn trusts nothing that an earlier one saw. A push whose outcome is unknown is answered by the next turn.
 *   L3 It ends: after the deadline the last reason is thrown, and Temporal begins anew.
 */
import { Detached, type ActivityScope } from './scope.ts';

export type Turn<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'again'; readonly why: string };

export function done<T>(value: T): Turn<T> {
  return { kind: 'done', value };
}

export interface PushLoop<T> {
  /** Remote and ref: what other pushes of this process wait for. */
  readonly branch: string;
  readonly turn: () => Promise<Turn<T>>;
  /** Told before each turn. */
  readonly beat: (line: string) => void;
}

/** Longer than any race with other writers; the retry after it starts with a clean slate. */
const deadlineMs = 120_000;
const firstWaitMs = 25;
const waitMaxMs = 2_000;

export async function pushLoop<T>(scope: ActivityScope, loop: PushLoop<T>): Promise<T> {
  return inTurn(loop.branch, async () => {
    const started = performance.now();
    let why = '';
    for (let turns = 0; performance.now() - started < deadlineMs; turns += 1) {
      if (turns > 0) await pause(scope, waitOf(turns));
      if (scope.signal.aborted)
        throw new Detached(`Left between two pushes to ${loop.branch}; the next try looks first.`);
      loop.beat(turns === 0 ? `pushes to ${loop.branch}` : `turn ${turns + 1}: ${why}`);
      const turn = await loop.turn();
      if (turn.kind === 'done') return turn.value;
      why = turn.why;
    }
    throw new Error(
      `Nothing could be pushed to ${loop.branch} within ${deadlineMs / 1000} s; the last try ended with: ${why}. It is tried again.`,
    );
  });
}

/** Doubling, with chance in it, so that two writers do not keep meeting. */
function waitOf(turns: number): number {
  return Math.min(firstWaitMs * 2 ** Math.min(turns - 1, 10), waitMaxMs) * (0.5 + Math.random() / 2);
}

const queues = new Map<string, Promise<unknown>>();

async function inTurn<T>(branch: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(branch) ?? Promise.resolve();
  const mine = before.then(work);
  const settled = mine.catch(() => undefined);
  queues.set(branch, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(branch) === settled) queues.delete(branch);
  }
}

/** Ends early when the activity is to end. */
export async function pause(scope: ActivityScope, ms: number): Promise<void> {
  if (scope.signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      scope.signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    scope.signal.addEventListener('abort', finish);
  });
}
