/**
 * Every id of the domain: brands, parsers and formats. Only this file casts to a brand.
 * Shapes (Spec 2):
 *   PlanId   8 hex: SHA-256 of normalised remote, branch and path, first 8 (`plan8`)
 *   RunId    8 hex, minted once per run of a plan and kept over continue-as-new (`run8`)
 *   StepKey  <plan8>/<task>/<run8>.a<attempt>/<step>.<turn>, and `/<part>` after it when one step runs several programs
 *   OpId     <run8>:<task>:a<attempt>.g<reopened>:<name>
 */
import { invariant } from './result.ts';

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** The `id` cell of a row. */
export type TaskId = Brand<string, 'TaskId'>;
export type PlanId = Brand<string, 'PlanId'>;
export type RunId = Brand<string, 'RunId'>;
/** Place of the phase in the plan, from 1, as a string: `"1"`. */
export type PhaseId = Brand<string, 'PhaseId'>;
/** 40 hex digits. */
export type CommitSha = Brand<string, 'CommitSha'>;
export type OpId = Brand<string, 'OpId'>;
export type StepKey = Brand<string, 'StepKey'>;

/** The four steps of an attempt, in order. */
export const stepNames = ['prepare', 'agent', 'gates', 'land'] as const;
export type StepName = (typeof stepNames)[number];

const hex8 = /^[0-9a-f]{8}$/;
const sha = /^[0-9a-f]{40}$/;
/** No slash, colon, space or control character, so that ids can be put into keys, refs and paths without escaping. */
const taskIdShape = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

export function isTaskId(text: string): text is TaskId {
  return taskIdShape.test(text) && !text.includes('..') && !text.endsWith('.lock') && !text.endsWith('.');
}

export function taskId(text: string): TaskId {
  invariant(isTaskId(text), `"${text}" is not a task id`);
  return text;
}

export function planId(text: string): PlanId {
  invariant(hex8.test(text), `"${text}" is not a plan id`);
  return text as PlanId;
}

export function isRunId(text: string): text is RunId {
  return hex8.test(text);
}

export function runId(text: string): RunId {
  invariant(isRunId(text), `"${text}" is not a run id`);
  return text;
}

export function phaseId(place: number): PhaseId {
  return String(place) as PhaseId;
}

export function isCommitSha(text: string): text is CommitSha {
  return sha.test(text);
}

export function commitSha(text: string): CommitSha {
  invariant(isCommitSha(text), `"${text}" is not a commit`);
  return text;
}

/** The category of a task: the last word before the number. `MS-SEC-001` gives `SEC`; undefined when there is none. */
export function categoryOf(id: TaskId): string | undefined {
  return /(?:^|-)([A-Z][A-Z0-9]*)-\d+$/.exec(id)?.[1];
}

export interface StepKeyParts {
  readonly plan: PlanId;
  /** A task, or `_base-<repo>` for the gates of a base. */
  readonly task: string;
  readonly run: RunId;
  readonly attempt: number;
  readonly step: StepName;
  readonly turn: number;
  /** One program of a step that runs several (set-up and each gate); missing: the step itself. */
  readonly part?: number;
}

export function stepKey(parts: StepKeyParts): StepKey {
  const step = `${parts.plan}/${parts.task}/${parts.run}.a${parts.attempt}/${parts.step}.${parts.turn}`;
  return (parts.part === undefined ? step : `${step}/${parts.part}`) as StepKey;
}

const stepKeyShape = /^([0-9a-f]{8})\/([^/]+)\/([0-9a-f]{8})\.a(\d+)\/(prepare|agent|gates|land)\.(\d+)(?:\/(\d+))?$/;

export function parseStepKey(text: string): StepKeyParts | undefined {
  const [, plan, task, run, attempt, step, turn, part] = stepKeyShape.exec(text) ?? [];
  if (plan === undefined || task === undefined || run === undefined || step === undefined) return undefined;
  return {
    plan: planId(plan),
    task,
    run: runId(run),
    attempt: Number(attempt),
    step: step as StepName,
    turn: Number(turn),
    ...(part === undefined ? {} : { part: Number(part) }),
  };
}

export interface OpIdParts {
  readonly run: RunId;
  readonly task: TaskId;
  readonly attempt: number;
  /** Times the task was reopened before. */
  readonly reopened: number;
  /** What the transition is, unique within the attempt: `claim`, `note-2`, `done`, … */
  readonly name: string;
}

export function opId(parts: OpIdParts): OpId {
  return `${parts.run}:${parts.task}:a${parts.attempt}.g${parts.reopened}:${parts.name}` as OpId;
}

const opIdShape = /^([0-9a-f]{8}):([^:]+):a(\d+)\.g(\d+):([a-z0-9-]+)$/;

export function parseOpId(text: string): OpIdParts | undefined {
  const [, run, task, attempt, reopened, name] = opIdShape.exec(text) ?? [];
  if (run === undefined || task === undefined || name === undefined || !isTaskId(task)) return undefined;
  return { run: runId(run), task, attempt: Number(attempt), reopened: Number(reopened), name };
}
