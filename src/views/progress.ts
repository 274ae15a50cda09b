/** PhaseState -> Progress: the one maker of the read model. */
import type { Progress, RunningTask } from '../contracts/progress.ts';
import { usedOf } from '../domain/decide/draft.ts';
import { holdOfApproval, holdOfStep, silentFrom } from '../domain/decide/holds.ts';
import { isAhead } from '../domain/decide/instants.ts';
import type { PhaseState, TaskState } from '../domain/decide/state.ts';
import { reasonAt, statusOf } from '../domain/decide/wait-reason.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { RowStatus } from '../domain/row-status.ts';
import { whyOf } from './why.ts';

/** The memo has room for 2 MB, people for a screen. */
const nextMax = 10;
const stuckMax = 20;
const whyMax = 300;

/** What everything shown is made from, at an instant of workflow time. */
export function progressOf(state: PhaseState, at: string): Progress {
  return {
    version: 1,
    run: state.run.run,
    phase: { id: state.phase, title: state.title },
    control: state.run.control.kind,
    counts: countsOf(state),
    running: runningOf(state, at),
    next: state.ready.slice(0, nextMax).flatMap((number) => state.graph.tasks[number]?.id ?? []),
    holds: holdsOf(state, at),
    tokens: {
      estimated: state.graph.tasks.reduce((sum, task) => sum + (task.estimate ?? 0), 0),
      used: state.tasks.reduce((sum, task) => sum + usedOf(task.tally), 0),
    },
    stuck: stuckOf(state, at),
    unpublished: state.queued.length,
    tip: state.run.tip,
  };
}

function countsOf(state: PhaseState): Progress['counts'] {
  const counts = { ready: state.ready.length, waiting: 0, ...zeroes() };
  for (const task of state.tasks) counts[statusOf(task)] += 1;
  counts.waiting = counts['not-started'] - counts.ready;
  return counts;
}

function zeroes(): Record<RowStatus, number> {
  return { 'not-started': 0, 'in-progress': 0, done: 0, failed: 0, blocked: 0, skipped: 0 };
}

/** Every claimed task; one whose next step is held says why in its line. */
function runningOf(state: PhaseState, at: string): readonly RunningTask[] {
  return state.claimed.flatMap((number) => {
    const task = state.tasks[number];
    const row = state.graph.tasks[number];
    if (task?.kind !== 'claimed' || row === undefined) return [];
    const { number: attempt, step, agent, startedAt, stepIs } = task.attempt;
    const isHeld = stepIs !== 'running' && (stepIs === 'ending' || holdOfStep(state, number, at) !== undefined);
    const line = isHeld ? { line: oneLine(whyOf(reasonAt(state, number, at)), whyMax) } : {};
    return { task: row.id, attempt, step, agent, since: startedAt, ...line };
  });
}

function holdsOf(state: PhaseState, at: string): Progress['holds'] {
  const { control, breaker, agentHolds, baseGates } = state.run;
  const holds: Progress['holds'][number][] = [];
  if (control.kind === 'paused') holds.push({ what: 'run', why: by('paused', control) });
  if (control.kind === 'stopping') holds.push({ what: 'run', why: by('stopping', control) });
  if (breaker !== undefined) holds.push({ what: 'run', why: `three tasks in a row ended on ${breaker}` });
  if (state.planProblem !== undefined)
    holds.push({ what: 'plan', why: `it cannot be read: ${state.planProblem.first}` });
  const silent = silentFrom(state);
  const [oldest] = state.queued;
  if (silent !== undefined && oldest !== undefined && !isAhead(silent, at))
    holds.push({ what: 'remote', why: `it has taken no push since ${oldest.at}` });
  for (const [agent, { why, until }] of Object.entries(agentHolds)) {
    if (until === undefined) holds.push({ what: `agent ${agent}`, why });
    else if (isAhead(until, at)) holds.push({ what: `agent ${agent}`, why, until });
  }
  for (const [repo, gates] of Object.entries(baseGates)) {
    if (gates.kind !== 'green')
      holds.push({ what: repo === '' ? 'base' : `base of ${repo}`, why: `gates ${gates.kind}` });
  }
  return holds;
}

function stuckOf(state: PhaseState, at: string): Progress['stuck'] {
  const stuck: Progress['stuck'][number][] = [];
  for (const [number, task] of state.tasks.entries()) {
    if (stuck.length === stuckMax) break;
    const row = state.graph.tasks[number];
    if (row === undefined || !isStuck(state, number, task)) continue;
    stuck.push({ task: row.id, why: oneLine(whyOf(reasonAt(state, number, at)), whyMax) });
  }
  return stuck;
}

/** Settled without success, or waiting for a person. */
function isStuck(state: PhaseState, number: number, task: TaskState): boolean {
  switch (task.kind) {
    case 'settled':
      return task.as === 'failed' || task.as === 'blocked';
    case 'theirs':
      return true;
    case 'idle':
      return task.missing === 0 && holdOfApproval(state, number, 'before') !== undefined;
    case 'claimed': {
      const { step, stepIs } = task.attempt;
      return step === 'land' && stepIs === 'due' && holdOfApproval(state, number, 'after') !== undefined;
    }
  }
}

function by(what: string, control: { readonly by: string; readonly why: string }): string {
  return oneLine(`${what} by ${control.by}${control.why.trim() === '' ? '' : `: ${control.why}`}`, whyMax);
}
