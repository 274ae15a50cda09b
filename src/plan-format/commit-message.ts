/**
 * Transition <-> commit message. The words are for people; the trailers are what a later run trusts, so they are read exactly:
 * only in the last paragraph, only with the exact key, only when every line of that paragraph is a trailer of ours.
 * No text of an agent or of a row ever stands in a message of ours. Spec 5.3.
 */
import type { OpId, RunId } from '../domain/ids.ts';
import { isRunId, parseOpId } from '../domain/ids.ts';
import type { Transition } from '../domain/transition.ts';

export interface MessageOptions {
  /** Marks the commit so that CI leaves it alone. */
  readonly skipCi: boolean;
}

export interface Ownership {
  readonly kind: 'begin' | 'end';
  readonly run: RunId;
  readonly home: string;
}

/** `chore(tasks): MS-SEC-001 not-started → in-progress [skip ci]` and its trailer. */
export function transitionMessage(transition: Transition, options: MessageOptions): string {
  const subject = `chore(tasks): ${transition.task} ${transition.from} → ${transition.to}`;
  return message(subject, options, `Tallyman-Op: ${transition.op}`);
}

/** The commit with which a run takes the plan, or gives it back. */
export function ownershipMessage(ownership: Ownership, options: MessageOptions): string {
  const { kind, run, home } = ownership;
  return kind === 'begin'
    ? message(`chore(tasks): run ${run} begins`, options, `Tallyman-Run: ${run}@${home}`)
    : message(`chore(tasks): run ${run} ends`, options, `Tallyman-Run-End: ${run}@${home}`);
}

function message(subject: string, options: MessageOptions, trailer: string): string {
  return `${subject}${options.skipCi ? ' [skip ci]' : ''}\n\n${trailer}\n`;
}

export interface Trailers {
  readonly ops: readonly OpId[];
  readonly run?: { readonly run: RunId; readonly home: string };
  readonly runEnd?: { readonly run: RunId; readonly home: string };
}

const none: Trailers = { ops: [] };
const trailerLine = /^(Tallyman-[A-Za-z-]{1,20}): (\S{1,200})$/;

/** The trailers of a commit of ours; empty for any other message. Keys that a newer version may add are passed over. */
export function parseTrailers(commitMessage: string): Trailers {
  const paragraphs = commitMessage.trimEnd().split(/\n\n+/);
  const last = paragraphs.length > 1 ? paragraphs.at(-1) : undefined;
  if (last === undefined) return none;
  let found = none;
  for (const line of last.split('\n')) {
    const [, key, value] = trailerLine.exec(line) ?? [];
    if (key === undefined || value === undefined) return none;
    const next = withTrailer(found, key, value);
    if (next === undefined) return none;
    found = next;
  }
  return found;
}

function withTrailer(found: Trailers, key: string, value: string): Trailers | undefined {
  if (key === 'Tallyman-Op') {
    return parseOpId(value) === undefined ? undefined : { ...found, ops: [...found.ops, value as OpId] };
  }
  if (key !== 'Tallyman-Run' && key !== 'Tallyman-Run-End') return found;
  const owner = parseOwner(value);
  if (owner === undefined) return undefined;
  return key === 'Tallyman-Run' ? { ...found, run: owner } : { ...found, runEnd: owner };
}

function parseOwner(value: string): { readonly run: RunId; readonly home: string } | undefined {
  const at = value.indexOf('@');
  const run = value.slice(0, Math.max(at, 0));
  const home = value.slice(at + 1);
  return isRunId(run) && home !== '' ? { run, home } : undefined;
}
