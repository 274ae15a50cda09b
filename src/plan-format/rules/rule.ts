/** What a check of the plan is: one file each, its examples are its tests. Spec 3.5. */
import type { PlanFormat } from '../../domain/policy.ts';
import { cut, visible } from '../../domain/plain-text.ts';
import type { Range } from '../document.ts';
import type { Reading } from '../reading.ts';

export interface Finding {
  readonly range: Range;
  /** `Unexpected X, expected Y`. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
  /** When it is not the rule's own. */
  readonly severity?: 'error' | 'warning';
}

export interface Example {
  readonly plan: string | Uint8Array;
  readonly format?: Partial<PlanFormat>;
}

export interface BadExample extends Example {
  /** Where it is found, `line:column`; several when it is found more than once. */
  readonly at: string | readonly string[];
}

export interface Rule {
  /** The file's name. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is checked, in one sentence. */
  readonly meaning: string;
  /** Nothing else is judged in a file in which it finds something: the rest would only be its consequences. */
  readonly isDecisive?: true;
  /** Each is found by this rule and by no other. */
  readonly bad: readonly BadExample[];
  /** In none does this rule find anything. */
  readonly good: readonly Example[];
  /** Of the bytes, before they are read as text. */
  readonly checkBytes?: (bytes: Uint8Array) => Iterable<Finding & { readonly line: number; readonly column: number }>;
  readonly check?: (reading: Reading) => Iterable<Finding>;
}

/** How examples are read where they say nothing else. */
export const exampleFormat: PlanFormat = {
  idPattern: String.raw`^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-\d+$`,
  phases: 'auto',
  repos: 'any',
  defaultBranch: 'tallyman/tasks',
};

/** A plan of one table: header and rows as the text between the outer pipes; the delimiter row is line 2, the first row line 3. */
export function example(header: string, ...rows: readonly string[]): string {
  const delimiter = header.split('|').map(() => '---');
  return [header, delimiter.join('|'), ...rows].map((line) => `| ${line} |\n`).join('');
}

/** A value of the file in a message: no control characters, no spaces that look like others, not longer than a reader needs. */
export function quoted(text: string): string {
  const shown = visible(text, 80).replaceAll(/[^\S ]/g, (space) => `\\x${space.charCodeAt(0).toString(16)}`);
  return `\`${cut(shown, 60)}\``;
}

/** `T-1, T-2 and 3 more`. */
export function listed(words: readonly string[], max = 5): string {
  const shown = words.slice(0, max).join(', ');
  return words.length > max ? `${shown} and ${words.length - max} more` : shown;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : `did you mean ${quoted(word)}? `;
}
