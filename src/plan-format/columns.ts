/**
 * THE COLUMN TABLE: every column that Tallyman knows, who writes it, what stands in it, how it is read and written.
 * The parser, the rules, the writer and docs/plan-format.md read this. Spec 3.1.
 */
import type { ApprovalPoint, WrittenCells } from '../domain/plan.ts';
import type { RowStatus } from '../domain/row-status.ts';
import { isRowStatus, rowStatuses } from '../domain/row-status.ts';
import { encodeCell } from './encode-cell.ts';
import { formatTokenCount } from './token-count.ts';

export interface Column {
  readonly writtenBy: 'person' | 'Tallyman' | 'both';
  readonly required: boolean;
  /** What may stand in it, in words. */
  readonly form: string;
  /** What it means. */
  readonly describe: string;
}

export const columns = {
  id: {
    writtenBy: 'person',
    required: true,
    form: 'capital letters, digits and hyphens, ending in a number: `MS-SEC-001` (the pattern can be configured)',
    describe: 'the task; the word before the number is its category',
  },
  status: {
    writtenBy: 'Tallyman',
    required: true,
    form: `${rowStatuses.map((word) => `\`${word}\``).join(', ')}; empty is \`not-started\`, with a warning`,
    describe: 'where the task stands',
  },
  description: { writtenBy: 'person', required: true, form: 'text', describe: 'what to do' },
  issue: {
    writtenBy: 'person',
    required: false,
    form: '`#123`, several, or other text',
    describe: 'issues whose text the agent is given',
  },
  repo: {
    writtenBy: 'person',
    required: false,
    form: 'the name of a workspace',
    describe: 'where in the code; empty is the root',
  },
  branch: {
    writtenBy: 'person',
    required: false,
    form: 'a branch name',
    describe: 'where the work lands; empty is the branch of the config',
  },
  depends_on: {
    writtenBy: 'person',
    required: false,
    form: 'ids, separated by commas',
    describe: 'tasks that must be `done` or `skipped` first',
  },
  blocks: {
    writtenBy: 'person',
    required: false,
    form: 'ids, separated by commas',
    describe: 'tasks that wait for this one: the same edges from the other side',
  },
  agent: {
    writtenBy: 'both',
    required: false,
    form: 'the name of a configured agent',
    describe: 'before: the agent wanted; afterwards: who ran it',
  },
  started_at: {
    writtenBy: 'Tallyman',
    required: false,
    form: 'ISO 8601, e.g. `2026-02-05T14:30:00Z`',
    describe: 'first claim',
  },
  completed_at: {
    writtenBy: 'Tallyman',
    required: false,
    form: 'ISO 8601, e.g. `2026-02-05T15:10:00Z`',
    describe: 'when it was settled',
  },
  estimate: {
    writtenBy: 'person',
    required: false,
    form: '`5K`, `40K`, `1.2M` or a whole number',
    describe: 'tokens it is expected to take',
  },
  used: {
    writtenBy: 'Tallyman',
    required: false,
    form: '`950`, `4.2K`, `38.5K`, `1.2M`',
    describe: 'tokens it really took, all attempts',
  },
  priority: {
    writtenBy: 'person',
    required: false,
    form: 'a whole number',
    describe: 'smallest first among the tasks that are ready',
  },
  approve: {
    writtenBy: 'person',
    required: false,
    form: '`before`, `after`, or both',
    describe: 'where to wait for a person',
  },
  notes: {
    writtenBy: 'Tallyman',
    required: false,
    form: 'text',
    describe: 'last failure, blocker or commit; without the column: a list under `## Task notes`',
  },
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnName = keyof typeof columns;

export const columnNames = Object.keys(columns) as readonly ColumnName[];

export const requiredColumns = columnNames.filter((name) => columns[name].required);

export function isColumnName(name: string): name is ColumnName {
  return Object.hasOwn(columns, name);
}

/** `-`, `—`, `none` and `n/a` are what people write in a cell that has nothing to say. */
export function isEmptyText(text: string): boolean {
  return /^(?:[-–—]|none|n\/a)?$/i.test(text);
}

/** Any case; undefined when the word is none of the six. The caller handles the empty cell. */
export function parseStatus(text: string): RowStatus | undefined {
  const word = text.toLowerCase();
  return isRowStatus(word) ? word : undefined;
}

const timestampShape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/i;

/** Is it a date, or a date and a time, that exists? */
export function isTimestamp(text: string): boolean {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = timestampShape.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
}

/** A whole number; undefined for anything else. */
export function parsePriority(text: string): number | undefined {
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** `before`, `after`, or both with a comma or a space; undefined for anything else. */
export function parseApprove(text: string): readonly ApprovalPoint[] | undefined {
  const words = new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((word) => word !== ''),
  );
  const points = (['before', 'after'] as const).filter((point) => words.delete(point));
  return words.size === 0 && points.length > 0 ? points : undefined;
}

/** The cells that a transition writes, by column, as they stand in the file. An empty text empties the cell. */
export function writtenTexts(cells: WrittenCells): Partial<Record<ColumnName, string>> {
  const { status, agent, startedAt, completedAt, used, notes } = cells;
  return {
    ...(status !== undefined && { status }),
    ...(agent !== undefined && { agent: encodeCell(agent) }),
    ...(startedAt !== undefined && { started_at: encodeCell(startedAt) }),
    ...(completedAt !== undefined && { completed_at: encodeCell(completedAt) }),
    ...(used !== undefined && { used: formatTokenCount(used) }),
    ...(notes !== undefined && { notes: encodeCell(notes) }),
  };
}
