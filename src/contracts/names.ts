/** Names that a person meets in the Web UI and on Temporal's command line: queues, workflow ids, search attributes, memo keys. Public once released. */
import type { PhaseId } from '../domain/ids.ts';

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

export const memoKeys = { progress: 'progress' } as const;

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
