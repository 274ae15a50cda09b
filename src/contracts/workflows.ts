/** Inputs and results of the two workflows. */
import type { OperatorRequest } from '../domain/decide/events.ts';
import type { PhaseEnd } from '../domain/decide/commands.ts';
import type { RunState } from '../domain/decide/state.ts';
import type { PhaseSnapshot } from '../domain/decide/snapshot.ts';
import type { PhaseId, RunId } from '../domain/ids.ts';
import type { RunSettings } from './run-settings.ts';

export interface PlanRunInput {
  readonly settings: RunSettings;
  /** Where this run's memory lives: embedded server's home file, or server identity and namespace. */
  readonly home: string;
  readonly takeOver: boolean;
  /** Rules number; set by the starter. */
  readonly rules: number;
  /** The server has Tallyman's search attributes; missing or false: none is set, because an unknown one would fail the workflow task for ever. */
  readonly searchAttributes?: boolean;
  /** Requests applied before anything else: `run --retry ID`. */
  readonly first: readonly OperatorRequest[];
  /** Missing in the first execution, which mints `run`. */
  readonly carried?: { readonly run: RunId; readonly state: RunState };
}

export interface PlanRunEnd {
  readonly kind: PhaseEnd['kind'];
  readonly run: RunId;
  /** One paragraph for a person: what was done, what was not and why. */
  readonly summary: string;
  readonly report?: string;
}

export interface PhaseInput {
  readonly settings: RunSettings;
  readonly home: string;
  readonly takeOver: boolean;
  readonly phase: PhaseId;
  readonly title: string;
  readonly run: RunState;
  readonly searchAttributes?: boolean;
  readonly first: readonly OperatorRequest[];
  /** Summary of what the executions before did, for people; missing at the first. */
  readonly session?: string;
  /** Carried over continue-as-new; missing at the first execution. */
  readonly snapshot?: PhaseSnapshot;
  /** Ids of the last 100 updates applied: the same id would apply twice after a continue-as-new. */
  readonly appliedUpdates: readonly string[];
}
