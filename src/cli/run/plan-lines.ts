/** A plan without a run, as lines: counts of each phase, and the rows that are neither done nor waiting. */
import type { Plan, Task } from '../../domain/plan.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import { count } from '../../views/amounts.ts';

/** Rows named; `tallyman why ID` tells of any other. */
const namedMax = 20;
const notesMax = 160;

export function planLines(plan: Plan): readonly string[] {
  const tasks = plan.phases.flatMap((phase) => phase.tasks);
  const named = tasks.filter(isWorthNaming);
  const left = tasks.filter((task) => !isSatisfied(task.status));
  return [
    ...plan.phases.map((phase) => `  ${satisfiedText(phase.tasks)}  ${phase.title}`),
    ...named.slice(0, namedMax).map(rowLine),
    ...(named.length > namedMax ? [`  and ${named.length - namedMax} more`] : []),
    left.length === 0 ? 'Everything is done.' : nextStep(left),
  ];
}

function isWorthNaming({ status }: Task): boolean {
  return status === 'in-progress' || status === 'failed' || status === 'blocked';
}

function satisfiedText(tasks: readonly Task[]): string {
  const satisfied = tasks.filter((task) => isSatisfied(task.status)).length;
  const skipped = tasks.filter((task) => task.status === 'skipped').length;
  return `${satisfied} of ${count(tasks.length, 'task')} done${skipped === 0 ? '' : ` (${skipped} skipped)`}`;
}

function rowLine({ id, status, notes }: Task): string {
  return `  ${id} ${status}${notes === undefined || notes === '' ? '' : `: ${oneLine(notes, notesMax)}`}`;
}

function nextStep(left: readonly Task[]): string {
  const [failed] = left.filter((task) => task.status === 'failed' || task.status === 'blocked');
  const retry = failed === undefined ? '' : `; \`tallyman run --retry ${failed.id}\` reopens a failed or blocked task`;
  return `\`tallyman run\` goes on${retry}.`;
}
