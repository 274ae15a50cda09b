/** The report of a run in Markdown: the outcome first, then what needs a person, then phase by phase. Made from the plan and its history. */
import { duration, minute, tokens } from './amounts.ts';
import { escapeMarkdown } from './escape.ts';

export interface ReportTask {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly agent?: string;
  readonly attempts: number;
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** Tokens. */
  readonly estimate?: number;
  /** Tokens. */
  readonly used?: number;
  readonly notes?: string;
}

export interface ReportPhase {
  readonly id: string;
  readonly title: string;
  readonly tasks: readonly ReportTask[];
}

export interface Report {
  readonly plan: string;
  readonly run: string;
  /** How the run ended: a kind of `PhaseEnd`. */
  readonly end: string;
  /** One paragraph. */
  readonly summary: string;
  readonly tip: string;
  readonly phases: readonly ReportPhase[];
}

export function reportMarkdown(report: Report): string {
  const tasks = report.phases.flatMap((phase) => phase.tasks);
  const parts = [
    `# Run ${escapeMarkdown(report.run)} of ${escapeMarkdown(report.plan)}: ${escapeMarkdown(report.end)}`,
    report.summary
      .split('\n')
      .map((line) => escapeMarkdown(line, 2000))
      .join('\n'),
    totals(report, tasks),
    unfinished(tasks),
    ...report.phases.map((phase) => phaseSection(phase)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function totals(report: Report, tasks: readonly ReportTask[]): string {
  const sum = (pick: (task: ReportTask) => number | undefined): number =>
    tasks.reduce((total, task) => total + (pick(task) ?? 0), 0);
  const done = tasks.filter((task) => task.status === 'done' || task.status === 'skipped').length;
  return [
    `- ${done} of ${tasks.length} tasks done or skipped, ${sum((task) => task.attempts)} attempts`,
    `- ${tokens(sum((task) => task.used))} tokens used, ${tokens(sum((task) => task.estimate))} estimated`,
    `- plan branch at ${escapeMarkdown(report.tip.slice(0, 12))}`,
  ].join('\n');
}

/** What a person must look at: every task that is not settled well, with its reason. */
function unfinished(tasks: readonly ReportTask[]): string {
  const open = tasks.filter((task) => task.status !== 'done' && task.status !== 'skipped');
  if (open.length === 0) return '';
  const lines = open.map(({ id, status, notes }) => {
    const why = notes === undefined || notes === '' ? '' : `: ${escapeMarkdown(notes, 300)}`;
    return `- ${escapeMarkdown(id)} is ${escapeMarkdown(status)}${why}`;
  });
  return ['## Not finished', '', ...lines].join('\n');
}

const header = ['task', 'status', 'attempts', 'agent', 'started', 'took', 'estimate', 'used', 'notes'];

function phaseSection({ id, title, tasks }: ReportPhase): string {
  const rows = tasks.map((task) => [
    task.id,
    task.status,
    String(task.attempts),
    task.agent ?? '',
    task.startedAt === undefined ? '' : minute(task.startedAt),
    duration(task.startedAt, task.completedAt),
    task.estimate === undefined ? '' : tokens(task.estimate),
    task.used === undefined ? '' : tokens(task.used),
    task.notes ?? '',
  ]);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => escapeMarkdown(cell, 200)).join(' | ')} |`;
  return [
    `## Phase ${escapeMarkdown(id)}: ${escapeMarkdown(title)}`,
    '',
    line(header),
    `|${header.map(() => '---').join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
