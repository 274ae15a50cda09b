/**
 * Bytes of a plan file -> PlanDocument and Plan, or every diagnostic. It runs the rules and makes the plan; what is right is in
 * `rules/`, what is where in `read-document.ts`. Spec 3.
 */
import type { Diagnostic } from '../domain/diagnostic.ts';
import { hasErrors } from '../domain/diagnostic.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanFormat } from '../domain/policy.ts';
import type { PlanDocument } from './document.ts';
import type { Lines } from './lines.ts';
import { lineAt, lineRange } from './lines.ts';
import { makePlan } from './make-plan.ts';
import { readDocument } from './read-document.ts';
import type { Reading } from './reading.ts';
import { readRows } from './reading.ts';
import { rules } from './rules/index.ts';
import { linesMax } from './find-tables.ts';
import type { Finding, Rule } from './rules/rule.ts';

export interface PlanFile {
  /** For messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type ParsedPlan =
  | {
      readonly kind: 'valid';
      readonly plan: Plan;
      readonly document: PlanDocument;
      readonly warnings: readonly Diagnostic[];
      /** Warnings that are not in `warnings`, which is bounded; missing for none. */
      readonly leftOut?: number;
    }
  | {
      readonly kind: 'invalid';
      readonly diagnostics: readonly Diagnostic[];
      /** Problems that are not in `diagnostics`, which is bounded; missing for none. */
      readonly leftOut?: number;
    };

/** Reads a plan file. Never throws; all problems at once, sorted by place. Spec 3. */
export function parsePlan(file: PlanFile, format: PlanFormat): ParsedPlan {
  const broken = ofBytes(file);
  if (broken.length > 0) return { kind: 'invalid', diagnostics: broken };
  const read = readDocument(file.path, decode(file.bytes));
  const reading = readRows(read, format);
  const { diagnostics, found } = ofReading(reading);
  const more = found > diagnostics.length ? { leftOut: found - diagnostics.length } : {};
  if (hasErrors(diagnostics)) return { kind: 'invalid', diagnostics, ...more };
  return { kind: 'valid', plan: makePlan(reading), document: read.document, warnings: diagnostics, ...more };
}

/** The document alone, for a version that is known to be valid or whose validity does not matter; undefined when it is no text. */
export function parseDocument(file: PlanFile): PlanDocument | undefined {
  return ofBytes(file).length > 0 ? undefined : readDocument(file.path, decode(file.bytes)).document;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function ofBytes({ path, bytes }: PlanFile): readonly Diagnostic[] {
  for (const rule of rules) {
    const found = [...(rule.checkBytes?.(bytes) ?? [])].map(({ line, column, message, advice }) => ({
      ...{ file: path, line, column, length: 1 },
      ...{ severity: rule.severity, code: rule.code, message, advice },
    }));
    if (found.length > 0) return found;
  }
  return [];
}

/** More are not read by anyone, and a workflow's payload is bounded. Errors come before warnings when something is left out. */
const diagnosticsMax = 500;
/** Source lines are for the eye; all together they must stay small beside a payload's limit. */
const sourceCharactersMax = 200_000;

function ofReading(reading: Reading): { readonly diagnostics: readonly Diagnostic[]; readonly found: number } {
  const found: { readonly rule: Rule; readonly finding: Finding }[] = [];
  // A file of a million lines is refused for that alone.
  const asked = reading.lines.count > linesMax ? rules.filter(({ code }) => code === 'limits') : rules;
  for (const rule of asked) {
    for (const finding of rule.check?.(reading) ?? []) found.push({ rule, finding });
    if (rule.isDecisive && found.some((one) => one.rule === rule)) break;
  }
  const severityOf = ({ rule, finding }: (typeof found)[number]) => finding.severity ?? rule.severity;
  const errorsFirst = [
    ...found.filter((one) => severityOf(one) === 'error'),
    ...found.filter((one) => severityOf(one) !== 'error'),
  ];
  const kept = errorsFirst.slice(0, diagnosticsMax).toSorted((a, b) => a.finding.range.start - b.finding.range.start);
  let room = sourceCharactersMax;
  const diagnostics = kept.map(({ rule, finding }) => {
    const source = sourceOf(reading.lines, finding);
    room -= source.length;
    return toDiagnostic(reading, rule, finding, room >= 0 ? source : undefined);
  });
  return { diagnostics, found: found.length };
}

function sourceOf(lines: Lines, { range }: Finding): string {
  const { start, end } = lineRange(lines, lineAt(lines, range.start));
  return lines.text.slice(start, end);
}

function toDiagnostic(
  { lines, document }: Reading,
  rule: Rule,
  finding: Finding,
  source: string | undefined,
): Diagnostic {
  const index = lineAt(lines, finding.range.start);
  const line = lineRange(lines, index);
  const start = Math.max(finding.range.start, line.start);
  const marked = lines.text.slice(start, Math.min(finding.range.end, line.end));
  return {
    file: document.path,
    line: index + 1,
    column: characters(lines.text.slice(line.start, start)) + 1,
    length: Math.max(characters(marked), 1),
    severity: finding.severity ?? rule.severity,
    code: rule.code,
    message: finding.message,
    advice: finding.advice,
    ...(source !== undefined && { source }),
  };
}

/** As an editor counts them: a character outside the basic plane is one. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
