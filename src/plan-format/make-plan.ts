/** Reading -> Plan. Every cell that cannot be read is left out; whether that may be is the rules' business. Spec 3.1. */
import type { TaskId } from '../domain/ids.ts';
import { phaseId } from '../domain/ids.ts';
import type { Plan, Task } from '../domain/plan.ts';
import { isTimestamp, parseApprove, parsePriority, parseStatus } from './columns.ts';
import type { Reading } from './reading.ts';
import type { ReadRow } from './rows.ts';
import { textIn } from './rows.ts';
import { readNotes } from './task-notes.ts';
import { parseTokenCount } from './token-count.ts';

export function makePlan(reading: Reading): Plan {
  const tasks = new Map(makeTasks(reading).map((task) => [task.id, task]));
  return {
    phases: reading.phases.phases.map(({ title, rows }, index) => ({
      id: phaseId(index + 1),
      title,
      tasks: rows.flatMap((row) => (row.id === undefined ? [] : (tasks.get(row.id) ?? []))),
    })),
  };
}

/** One task for each id, in table order. */
function makeTasks(reading: Reading): readonly Task[] {
  const order = new Map(reading.rows.map((row, index) => [row, index]));
  const needs = new Map<ReadRow, ReadRow[]>();
  for (const { dependent, need } of reading.edges) {
    const list = needs.get(dependent);
    if (list === undefined) needs.set(dependent, [need]);
    else list.push(need);
  }
  const notes = readNotes(reading.document);
  return [...reading.byId.values()].flatMap((row) => {
    if (row.id === undefined) return [];
    const sorted = (needs.get(row) ?? []).toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    return [makeTask(row, row.id, sorted, reading.format.defaultBranch, notes.get(row.id))];
  });
}

function makeTask(
  row: ReadRow,
  id: TaskId,
  needs: readonly ReadRow[],
  defaultBranch: string,
  listedNote: string | undefined,
): Task {
  const notes = textIn(row, 'notes') || listedNote;
  return {
    id,
    status: parseStatus(textIn(row, 'status')) ?? 'not-started',
    description: row.row.cells[row.table.columns['description'] ?? -1]?.text ?? '',
    issue: textIn(row, 'issue'),
    repo: textIn(row, 'repo'),
    branch: textIn(row, 'branch') || defaultBranch,
    needs: needs.flatMap((need) => need.id ?? []),
    ...stackOf(row, needs, defaultBranch),
    ...text('agent', textIn(row, 'agent')),
    ...text('startedAt', time(textIn(row, 'started_at'))),
    ...text('completedAt', time(textIn(row, 'completed_at'))),
    ...amount('estimate', parseTokenCount(textIn(row, 'estimate'))),
    ...amount('used', parseTokenCount(textIn(row, 'used'))),
    ...amount('priority', parsePriority(textIn(row, 'priority'))),
    approve: parseApprove(textIn(row, 'approve')) ?? [],
    ...text('notes', notes ?? ''),
    extra: Object.fromEntries(
      Object.entries(row.table.extra).map(([name, place]) => [name, row.row.cells[place]?.text ?? '']),
    ),
  };
}

/** Branches of the needs that are not the row's own. */
function stackOf(row: ReadRow, needs: readonly ReadRow[], defaultBranch: string): Pick<Task, 'stackOn'> {
  const placeOf = (of: ReadRow): { repo: string; branch: string } => ({
    repo: textIn(of, 'repo'),
    branch: textIn(of, 'branch') || defaultBranch,
  });
  const own = placeOf(row);
  const places = new Map(needs.map(placeOf).map((place) => [`${place.repo}\0${place.branch}`, place]));
  const others = [...places.values()].filter(({ repo, branch }) => repo !== own.repo || branch !== own.branch);
  return others.length === 0 ? {} : { stackOn: others };
}

function text<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  return value === '' ? {} : ({ [key]: value } as Record<K, string>);
}

function amount<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}

function time(value: string): string {
  return isTimestamp(value) ? value : '';
}
