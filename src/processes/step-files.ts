/**
 * What stands in the files of a supervised step, and the strict reading of each: a file that is there but does not
 * have its form is refused with its path, never guessed at. Written by `step-directory.ts`.
 */
import { parseIdentity, type ProcessIdentity } from './process-identity.ts';

/** What to start. The environment is blanked once the program runs, because it may hold secrets. */
export interface StepSpec {
  readonly key: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly stdinFile?: string;
  readonly limits: RecordedLimits;
  readonly subject?: string;
  /** Value of TALLYMAN_STEP. */
  readonly marker: string;
  readonly sandbox: Sandbox;
}

export interface RecordedLimits {
  readonly timeMs: number;
  readonly silentMs?: number;
  readonly outputBytesMax: number;
  readonly leaseMs: number;
  readonly graceMs: number;
}

/** `wrap` goes before the program. `namespace`: all that the program starts dies with it, and an init of ours stands between, which turns a signal into 128 + its number. */
export interface Sandbox {
  readonly kind: 'namespace' | 'group';
  readonly wrap: readonly string[];
}

/** Who owns the step. `closed`: nobody ever will. */
export type StepJournal =
  | {
      readonly kind: 'claimed';
      readonly supervisor: ProcessIdentity;
      readonly startedAt: string;
      readonly program?: ProcessIdentity;
    }
  | { readonly kind: 'closed' };

export interface RecordedWatcher {
  readonly epoch: number;
  /** Tells two watchers apart that took the same epoch at the same instant: the later rename wins. */
  readonly token: string;
  readonly process: ProcessIdentity;
  readonly at: string;
  readonly activity?: { readonly workflowId: string; readonly runId: string; readonly activityId: string };
}

const endings = ['itself', 'killed', 'time', 'silence', 'output', 'lease', 'lost', 'not-started'] as const;
export type RecordedEnding = (typeof endings)[number];

export interface RecordedExit {
  readonly code?: number;
  readonly signal?: string;
  readonly endedBy: RecordedEnding;
  readonly durationMs: number;
  readonly outputBytes: number;
  readonly problem?: string;
  readonly endedAt: string;
}

/** A file of a step does not have its form: written by something else, or a disk fault. */
export class StepFileDamaged extends Error {
  override readonly name = 'StepFileDamaged';
  constructor(path: string, what: string) {
    super(
      `${path}: ${what}. Only Tallyman writes this file; delete its folder to forget the step, or look at who changed it.`,
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;

export function parseSpec(path: string, text: string): StepSpec {
  const fields = parseFields(path, text);
  const limits = asFields(path, 'limits', fields['limits']);
  const sandbox = asFields(path, 'sandbox', fields['sandbox']);
  const kind = sandbox['kind'];
  if (kind !== 'namespace' && kind !== 'group') throw unexpected(path, 'sandbox.kind', kind, '"namespace" or "group"');
  return {
    key: asText(path, 'key', fields['key']),
    file: asText(path, 'file', fields['file']),
    args: asTexts(path, 'args', fields['args']),
    env: asTextRecord(path, 'env', fields['env']),
    directory: asText(path, 'directory', fields['directory']),
    limits: {
      timeMs: asNumber(path, 'limits.timeMs', limits['timeMs']),
      ...optional('silentMs', limits['silentMs'], (value) => asNumber(path, 'limits.silentMs', value)),
      outputBytesMax: asNumber(path, 'limits.outputBytesMax', limits['outputBytesMax']),
      leaseMs: asNumber(path, 'limits.leaseMs', limits['leaseMs']),
      graceMs: asNumber(path, 'limits.graceMs', limits['graceMs']),
    },
    ...optional('stdinFile', fields['stdinFile'], (value) => asText(path, 'stdinFile', value)),
    ...optional('subject', fields['subject'], (value) => asText(path, 'subject', value)),
    marker: asText(path, 'marker', fields['marker']),
    sandbox: { kind, wrap: asTexts(path, 'sandbox.wrap', sandbox['wrap']) },
  };
}

export function parseJournal(path: string, text: string): StepJournal {
  const fields = parseFields(path, text);
  if (fields['kind'] === 'closed') return { kind: 'closed' };
  if (fields['kind'] !== 'claimed') throw unexpected(path, 'kind', fields['kind'], '"claimed" or "closed"');
  return {
    kind: 'claimed',
    supervisor: asIdentity(path, 'supervisor', fields['supervisor']),
    startedAt: asText(path, 'startedAt', fields['startedAt']),
    ...optional('program', fields['program'], (value) => asIdentity(path, 'program', value)),
  };
}

export function parseWatcher(path: string, text: string): RecordedWatcher {
  const fields = parseFields(path, text);
  return {
    epoch: asNumber(path, 'epoch', fields['epoch']),
    token: asText(path, 'token', fields['token']),
    process: asIdentity(path, 'process', fields['process']),
    at: asText(path, 'at', fields['at']),
    ...optional('activity', fields['activity'], (value) => {
      const activity = asFields(path, 'activity', value);
      return {
        workflowId: asText(path, 'activity.workflowId', activity['workflowId']),
        runId: asText(path, 'activity.runId', activity['runId']),
        activityId: asText(path, 'activity.activityId', activity['activityId']),
      };
    }),
  };
}

export function parseExit(path: string, text: string): RecordedExit {
  const fields = parseFields(path, text);
  const endedBy = endings.find((ending) => ending === fields['endedBy']);
  if (endedBy === undefined) throw unexpected(path, 'endedBy', fields['endedBy'], endings.join(', '));
  return {
    ...optional('code', fields['code'], (value) => asNumber(path, 'code', value)),
    ...optional('signal', fields['signal'], (value) => asText(path, 'signal', value)),
    endedBy,
    durationMs: asNumber(path, 'durationMs', fields['durationMs']),
    outputBytes: asNumber(path, 'outputBytes', fields['outputBytes']),
    ...optional('problem', fields['problem'], (value) => asText(path, 'problem', value)),
    endedAt: asText(path, 'endedAt', fields['endedAt']),
  };
}

/** Grace asked for in a `kill` or `tombstone` file. */
export function parseGrace(path: string, text: string): number {
  return asNumber(path, 'graceMs', parseFields(path, text)['graceMs']);
}

function parseFields(path: string, text: string): Fields {
  try {
    return asFields(path, 'the file', JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new StepFileDamaged(path, `is not JSON (${error.message})`);
    throw error;
  }
}

function optional<K extends string, T>(name: K, value: unknown, parse: (value: unknown) => T): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [name]: parse(value) } as Partial<Record<K, T>>);
}

function unexpected(path: string, field: string, value: unknown, expected: string): StepFileDamaged {
  return new StepFileDamaged(
    path,
    `${field} is ${value === undefined ? 'missing' : JSON.stringify(value)}, expected ${expected}`,
  );
}

function asFields(path: string, field: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unexpected(path, field, value, 'an object');
}

function asText(path: string, field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected(path, field, value, 'a text');
}

function asNumber(path: string, field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw unexpected(path, field, value, 'a number');
}

function asTexts(path: string, field: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw unexpected(path, field, value, 'a list');
  return value.map((item: unknown, place) => asText(path, `${field}[${place}]`, item));
}

function asTextRecord(path: string, field: string, value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asFields(path, field, value));
  return Object.fromEntries(entries.map(([name, item]) => [name, asText(path, `${field}.${name}`, item)]));
}

function asIdentity(path: string, field: string, value: unknown): ProcessIdentity {
  const identity = parseIdentity(value);
  if (identity === undefined) throw unexpected(path, field, value, 'a process (pid, start, boot)');
  return identity;
}
