/** What a new execution does first after a compaction: every start, end, push and timer that the last one left behind, again. All of it is idempotent. */
import type { Command, RunStep } from '../domain/decide/commands.ts';
import type { TimerName } from '../domain/decide/events.ts';
import type { PhaseSnapshot } from '../domain/decide/snapshot.ts';
import type { Attempt, PhaseState } from '../domain/decide/state.ts';
import { keyOf, startOf } from './step-input.ts';

export function carriedCommands(state: PhaseState, snapshot: PhaseSnapshot): readonly Command[] {
  return [...steps(state, snapshot), ...baseGates(snapshot), ...pushes(snapshot), ...timers(snapshot)];
}

/** Only what the snapshot says and the rows have not overtaken: what the first decision starts or ends itself comes as its own command. */
function steps(state: PhaseState, snapshot: PhaseSnapshot): readonly Command[] {
  return state.claimed.flatMap((number): readonly Command[] => {
    const task = state.graph.tasks[number];
    const record = state.tasks[number];
    if (task === undefined || record?.kind !== 'claimed') return [];
    const left = snapshot.tasks[task.id];
    if (left?.kind !== 'claimed' || !isSame(left.attempt, record.attempt)) return [];
    const start = startOf(task, record.attempt, record.tally.reopened);
    if (record.attempt.stepIs === 'running') return [start];
    return record.attempt.stepIs === 'ending' ? [endOf(state, start)] : [];
  });
}

function isSame(a: Attempt, b: Attempt): boolean {
  return a.number === b.number && a.step === b.step && a.turn === b.turn && a.stepIs === b.stepIs;
}

function endOf(state: PhaseState, start: RunStep): Command {
  const { task, attempt, step, host } = start;
  return { kind: 'end-step', key: keyOf(state, start), task, attempt, step, ...(host === undefined ? {} : { host }) };
}

function baseGates({ run }: PhaseSnapshot): readonly Command[] {
  return Object.entries(run.baseGates).flatMap(([repo, gates]) =>
    gates.kind === 'running' ? [{ kind: 'gate-base', repo, turn: gates.turn ?? 1 } as const] : [],
  );
}

/** The push that was under way: the same ops, so what of it has landed is found and the rest is written. */
function pushes({ run, queued, publishing }: PhaseSnapshot): readonly Command[] {
  if (publishing === 0) return [];
  return [{ kind: 'publish', ownership: run.ownership === 'due', transitions: queued.slice(0, publishing) }];
}

function timers(snapshot: PhaseSnapshot): readonly Command[] {
  return Object.entries(snapshot.timers).map(([timer, at]) => ({
    kind: 'set-timer',
    timer: timer as TimerName,
    at,
    summary: timer,
  }));
}
