/** Every {placeholder} of a prompt template: its meaning and its value. An unknown one is a diagnostic at start, never at run time. Spec 6.4. */
import { nearest } from '../domain/nearest.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import type { Failure } from '../domain/failure.ts';
import type { Task } from '../domain/plan.ts';
import { failureSection } from './prompt-failure.ts';

/** What a prompt is made from. */
export interface PromptFacts {
  readonly task: Task;
  /** Folder in the repository; empty for its root. */
  readonly folder: string;
  /** The plan's path in its repository. */
  readonly planFile: string;
  /** Type of the commit message, `fix`. */
  readonly commitType: string;
  /** Empty leaves the line out. */
  readonly referenceReport: string;
  /** Commands as a person would type them, in order. */
  readonly gates: readonly string[];
  /** Missing on a first attempt. */
  readonly lastFailure?: Failure;
}

export interface Placeholder {
  readonly name: string;
  readonly meaning: string;
  readonly value: (facts: PromptFacts) => string;
}

/** A task's own further columns come on top, by header in lower case with `_` for spaces. */
export const placeholders: readonly Placeholder[] = [
  { name: 'id', meaning: "The task's id.", value: ({ task }) => task.id },
  { name: 'description', meaning: 'What to do.', value: ({ task }) => task.description },
  { name: 'repo', meaning: 'The `repo` cell.', value: ({ task }) => task.repo },
  {
    name: 'repository',
    meaning: 'The folder in the repository, or that it is the root.',
    value: ({ folder }) => (folder === '' ? 'the root of the repository' : `\`${folder}\``),
  },
  { name: 'branch', meaning: 'Branch on which the work lands.', value: ({ task }) => task.branch },
  { name: 'issue', meaning: 'The `issue` cell as written.', value: ({ task }) => task.issue },
  {
    name: 'N',
    meaning: 'Number of the first issue, or the letter N without one.',
    value: ({ task }) => firstIssue(task),
  },
  { name: 'issue_line', meaning: 'The line about the issue; empty without one.', value: issueLine },
  { name: 'depends_on', meaning: 'Ids of what had to be done first.', value: ({ task }) => task.needs.join(', ') },
  {
    name: 'estimate',
    meaning: 'Predicted tokens; empty without a prediction.',
    value: ({ task }) => numberOf(task.estimate),
  },
  { name: 'priority', meaning: 'The `priority` cell.', value: ({ task }) => numberOf(task.priority) },
  { name: 'commit_type', meaning: '`fix` of `fix(ID): …`.', value: ({ commitType }) => commitType },
  { name: 'reference_report', meaning: 'The Reference Report line; empty without one.', value: reportLine },
  { name: 'gates', meaning: 'The quality gates as a block of commands.', value: gatesBlock },
  { name: 'failure', meaning: 'The section on what failed last time; empty on a first attempt.', value: failureOf },
  { name: 'plan_file', meaning: 'Path of the plan.', value: ({ planFile }) => planFile },
];

/** `{word}` is a placeholder, `{{` a literal brace, any other brace stands for itself. */
export const placeholderShape = /\{\{|\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** Name under which a further column is offered: `Due date` gives `due_date`. */
export function placeholderOfColumn(header: string): string {
  return header
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_');
}

/** Unknown placeholders of a template, each with its place and the nearest known name. `extraColumns`: headers of the plan that Tallyman does not know. */
export function checkTemplate(
  text: string,
  extraColumns: readonly string[],
  file = 'prompt template',
): readonly Diagnostic[] {
  const known = [...placeholders.map(({ name }) => name), ...extraColumns.map(placeholderOfColumn)];
  return text.split(/\r?\n/).flatMap((source, index) =>
    [...source.matchAll(placeholderShape)].flatMap((match) => {
      const [whole, name] = match;
      if (name === undefined || known.includes(name)) return [];
      const near = nearest(name, known);
      return [
        {
          file,
          line: index + 1,
          column: match.index + 1,
          length: whole.length,
          severity: 'error' as const,
          code: 'unknown-placeholder',
          message: `Unexpected placeholder ${whole}, expected ${near === undefined ? 'a known one' : `{${near}}`}`,
          advice: `write {{${name}} for a literal brace, or one of: ${known.map((word) => `{${word}}`).join(' ')}`,
          source,
        },
      ];
    }),
  );
}

function firstIssue(task: Task): string {
  return /#(\d+)/.exec(task.issue)?.[1] ?? 'N';
}

function issueLine({ task }: PromptFacts): string {
  return task.issue === '' ? '' : `**Issue:** ${task.issue}`;
}

function reportLine({ referenceReport }: PromptFacts): string {
  return referenceReport === '' ? '' : `**Reference Report:** See ${referenceReport} for detailed findings.`;
}

function gatesBlock({ gates }: PromptFacts): string {
  return gates.length === 0 ? 'This repository defines none.' : ['```bash', ...gates, '```'].join('\n');
}

function failureOf({ lastFailure }: PromptFacts): string {
  return lastFailure === undefined ? '' : failureSection(lastFailure);
}

function numberOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
