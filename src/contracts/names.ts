/** Names that a person meets in the Web UI and on Temporal's command line: queues, workflow ids, search attributes, memo keys. Public once released. */
import type { PhaseId, RunId, TaskId } from '../domain/ids.ts';

export const queues = {
  /** Workflows and control activities. */
  run: 'tallyman',
  /** prepareWorkspace and gateBase: any host takes it, which spreads the load. */
  work: 'tallyman-work',
  /** What needs the workspace. */
  host: (host: string): string => `tallyman-work@${host}`,
} as const;

export const workflowIds = {
  plan: (planName: string): string => `tallyman/${planName}`,
  phase: (planName: string, phase: PhaseId): string => `tallyman/${planName}/phase-${phase}`,
} as const;

export const workflowTypes = { plan: 'planWorkflow', phase: 'phaseWorkflow' } as const;

export const memoKeys = { progress: 'progress', session: 'session' } as const;

/** Search attributes, by name and Temporal type. */
export const searchAttributes = {
  TallymanPlan: 'Keyword',
  TallymanPhase: 'Keyword',
  TallymanRun: 'Keyword',
  TallymanState: 'Keyword',
} as const;

/** `<activity id>` of a step: readable, typeable, and a changed dispatch order then fails replay instead of passing silently. */
export function stepActivityId(task: string, attempt: number, step: string, turn: number): string {
  return `${task}.a${attempt}.${step}.${turn}`;
}

export type RefsWhere = 'refs' | 'branches';

/** Refs of a run on a remote: where attempts' commits are kept, and the records that prove a landing. Spec 7.2. */
export const refNames = {
  all: (where: RefsWhere): string => `${refsRoot(where)}/`,
  attempts: (where: RefsWhere, run: RunId): string => `${refsRoot(where)}/attempts/${run}/`,
  attempt: (where: RefsWhere, run: RunId, task: TaskId, attempt: number): string =>
    `${refNames.attempts(where, run)}${task}.a${attempt}`,
  landings: (where: RefsWhere, run: RunId): string => `${refsRoot(where)}/landed/${run}/`,
  /** No attempt number: at most one attempt of a task ever lands, until it is reopened. */
  landed: (where: RefsWhere, run: RunId, task: TaskId, reopened: number): string =>
    `${refNames.landings(where, run)}${task}.g${reopened}`,
} as const;

function refsRoot(where: RefsWhere): string {
  return where === 'refs' ? 'refs/tallyman' : 'refs/heads/tallyman-refs';
}
