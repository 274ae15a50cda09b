/** What is wrong with a config, as diagnostics: zod's issues in our words, each with its place and what to do. */
import type { z } from 'zod';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { nearest } from '../domain/nearest.ts';
import type { ConfigPlace } from './find-config.ts';
import type { RawConfig } from './read-config.ts';
import { secretIn } from './secrets.ts';

type Issue = z.core.$ZodIssue;

export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly at: 'key' | 'value';
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

export interface ReportedFile {
  readonly place: ConfigPlace;
  /** As the user would name it. */
  readonly shown: string;
  readonly raw: RawConfig;
}

/** A line that holds a secret is not shown. */
export function diagnosticOf(file: ReportedFile, problem: Problem): Diagnostic {
  const found = file.raw.locate(problem.path, problem.at) ?? { line: 1, column: 1, length: 1 };
  return placed(file, found, problem);
}

export function placed(
  file: Pick<ReportedFile, 'place' | 'shown'>,
  at: { readonly line: number; readonly column: number; readonly length: number },
  problem: Omit<Problem, 'path' | 'at'>,
): Diagnostic {
  const source = file.place.kind === 'code' ? undefined : file.place.text.split(/\r?\n/)[at.line - 1];
  return {
    file: file.shown,
    line: at.line,
    column: at.column,
    length: at.length,
    severity: 'error',
    code: problem.code,
    message: problem.message,
    advice: problem.advice,
    ...(source === undefined || secretIn(source) !== undefined ? {} : { source }),
  };
}

/** `gates.run[0].timeout`; the empty path is the whole file. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** A value as it may be printed: bounded, and never a secret. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  if (typeof value === 'number' || typeof value === 'boolean') return `\`${String(value)}\``;
  if (typeof value !== 'string') return `a ${typeof value}`;
  if (secretIn(value) !== undefined) return 'a value that looks like a secret';
  return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}

/** All problems that zod saw, each once, in our words. `keysAt` gives the keys allowed at a path, for the nearest one. */
export function problemsOf(
  issues: readonly Issue[],
  data: unknown,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Problem[] {
  return issues.flatMap((issue) => explain(issue, [], data, keysAt));
}

function explain(
  issue: Issue,
  above: readonly PropertyKey[],
  data: unknown,
  keysAt: (path: readonly PropertyKey[]) => readonly string[],
): readonly Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], key, keysAt(path)));
  if (issue.code === 'invalid_union') {
    // The branch that fits the value's form has the useful problems; the others only say "not of this form".
    const fitting = issue.errors.filter((errors) => !errors.some((error) => error.path.length === 0 && isForm(error)));
    const only = fitting.length === 1 ? fitting[0] : undefined;
    if (only !== undefined) return only.flatMap((inner) => explain(inner, path, data, keysAt));
  }
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => wrong(path, 'key', `Unexpected name "${String(path.at(-1))}"`, inner.message));
  const value = valueAt(data, path);
  return [wrong(path, 'value', `Unexpected ${shownValue(value)}`, expected(issue))];
}

function isForm(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function wrong(path: readonly PropertyKey[], at: 'key' | 'value', unexpected: string, wanted: string): Problem {
  const name = pathText(path);
  return {
    path,
    at,
    code: 'config-value',
    message: `${unexpected}${name === '' ? '' : ` for \`${name}\``}, expected ${wanted}`,
    advice: name === '' ? 'see `tallyman config --keys`' : 'mend the value, or remove the key to use its default',
  };
}

const forms: Readonly<Record<string, string>> = {
  object: 'keys with values',
  record: 'names with values',
  string: 'text',
  array: 'a list',
  number: 'a number',
  boolean: 'true or false',
};

function expected(issue: Issue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  return forms[issue.expected] ?? issue.expected;
}

function unknownKey(path: readonly PropertyKey[], key: string, allowed: readonly string[]): Problem {
  const near = nearest(key, allowed);
  return {
    path,
    at: 'key',
    code: 'config-unknown-key',
    message: `Unexpected key \`${pathText(path)}\`, expected ${allowed.length === 0 ? 'a known key' : `one of ${allowed.join(', ')}`}`,
    advice: near === undefined ? 'remove it; `tallyman config --keys` lists the keys' : `did you mean \`${near}\`?`,
  };
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[part] : value,
    data,
  );
}
