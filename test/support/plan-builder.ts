/**
 * Builds plans for tests: `plan().task('T1').task('T2', { needs: ['T1'] })`, then `.plan()`, `.phase()` or `.markdown()`.
 * The three give the same plan: `parsePlan(.markdown(), builderFormat)` is `.plan()`.
 */
import { phaseId, taskId } from '../../src/domain/ids.ts';
import type { ApprovalPoint, Phase, Plan, Task } from '../../src/domain/plan.ts';
import type { PlanFormat } from '../../src/domain/policy.ts';
import type { RowStatus } from '../../src/domain/row-status.ts';

/** How builder plans are read: short ids such as `T1` are allowed. */
export const builderFormat: PlanFormat = {
  idPattern: '^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$',
  phases: 'auto',
  repos: 'any',
  defaultBranch: 'tallyman/tasks',
};

export interface TaskOptions {
  readonly status?: RowStatus;
  readonly description?: string;
  readonly issue?: string;
  readonly repo?: string;
  readonly branch?: string;
  readonly needs?: readonly string[];
  readonly agent?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly estimate?: number;
  readonly used?: number;
  readonly priority?: number;
  readonly approve?: readonly ApprovalPoint[];
  readonly notes?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

export class PlanBuilder {
  readonly #phases: readonly { readonly title: string; readonly tasks: readonly Task[] }[];

  constructor(phases: readonly { readonly title: string; readonly tasks: readonly Task[] }[]) {
    this.#phases = phases;
  }

  /** The tasks that follow belong to this phase. Without it there is one phase, "Tasks". */
  inPhase(title: string): PlanBuilder {
    return new PlanBuilder([...this.#phases, { title, tasks: [] }]);
  }

  task(id: string, options: TaskOptions = {}): PlanBuilder {
    const { needs = [], ...cells } = options;
    const task: Task = {
      status: 'not-started',
      description: `Do ${id}`,
      issue: '',
      repo: '',
      branch: builderFormat.defaultBranch,
      approve: [],
      extra: {},
      ...cells,
      id: taskId(id),
      needs: needs.map(taskId),
    };
    const phases = this.#phases.length > 0 ? this.#phases : [{ title: 'Tasks', tasks: [] }];
    return new PlanBuilder(
      phases.map((phase, index) => (index === phases.length - 1 ? { ...phase, tasks: [...phase.tasks, task] } : phase)),
    );
  }

  plan(): Plan {
    return { phases: this.#phases.map((phase, index) => ({ ...phase, id: phaseId(index + 1) })) };
  }

  /** One phase, from 1. */
  phase(place = 1): Phase {
    const phase = this.plan().phases[place - 1];
    if (phase === undefined) throw new Error(`The plan under test has no phase ${place}`);
    return phase;
  }

  /** The plan file, LF line endings: a heading and a table per phase, all columns. */
  markdown(): string {
    const extra = [...new Set(this.#phases.flatMap((phase) => phase.tasks.flatMap((task) => Object.keys(task.extra))))];
    return this.#phases.map(({ title, tasks }) => `## ${title}\n\n${table(tasks, extra)}`).join('\n');
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(this.markdown());
  }
}

export function plan(): PlanBuilder {
  return new PlanBuilder([]);
}

const columns: readonly (readonly [string, (task: Task) => string])[] = [
  ['id', (task) => task.id],
  ['status', (task) => task.status],
  ['description', (task) => task.description],
  ['issue', (task) => task.issue],
  ['repo', (task) => task.repo],
  ['branch', (task) => task.branch],
  ['depends_on', (task) => task.needs.join(', ')],
  ['agent', (task) => task.agent ?? ''],
  ['started_at', (task) => task.startedAt ?? ''],
  ['completed_at', (task) => task.completedAt ?? ''],
  ['estimate', (task) => amount(task.estimate)],
  ['used', (task) => amount(task.used)],
  ['priority', (task) => amount(task.priority)],
  ['approve', (task) => task.approve.join(', ')],
  ['notes', (task) => task.notes ?? ''],
];

function amount(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

function table(tasks: readonly Task[], extra: readonly string[]): string {
  const names = [...columns.map(([name]) => name), ...extra];
  const rows = tasks.map((task) => [
    ...columns.map(([, text]) => text(task)),
    ...extra.map((name) => task.extra[name] ?? ''),
  ]);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
  return line(names) + line(names.map(() => '---')) + rows.map(line).join('');
}
