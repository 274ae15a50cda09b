/** The dependency graph as a Mermaid flowchart: phases as boxes, an arrow from what must be done first, colour by status. */
import { oneLine } from '../domain/plain-text.ts';
import type { Plan, Task } from '../domain/plan.ts';
import { rowStatuses } from '../domain/row-status.ts';
import type { RowStatus } from '../domain/row-status.ts';

/** Longer texts make the boxes unreadable. */
const labelMax = 40;

const styles: Readonly<Record<RowStatus, string>> = {
  'not-started': 'fill:#f5f5f5,stroke:#8c8c8c,color:#1f1f1f',
  'in-progress': 'fill:#dbeafe,stroke:#2563eb,color:#1f1f1f',
  done: 'fill:#dcfce7,stroke:#16a34a,color:#1f1f1f',
  failed: 'fill:#fee2e2,stroke:#dc2626,color:#1f1f1f',
  blocked: 'fill:#fef3c7,stroke:#d97706,color:#1f1f1f',
  skipped: 'fill:#ffffff,stroke:#8c8c8c,color:#6b6b6b,stroke-dasharray:4',
};

/** Lines without an end at the last one. Node ids are numbers, so that no task id can mean anything to Mermaid. */
export function mermaid(plan: Plan): string {
  const tasks = plan.phases.flatMap((phase) => phase.tasks);
  const numbers = new Map(tasks.map((task, index) => [task.id, index]));
  const edges = tasks.flatMap((task, index) =>
    task.needs.flatMap((need) => {
      const from = numbers.get(need);
      return from === undefined ? [] : [`  n${from} --> n${index}`];
    }),
  );
  const statuses = rowStatuses.filter((status) => tasks.some((task) => task.status === status));
  return [
    'flowchart LR',
    ...plan.phases.flatMap((phase) => [
      `  subgraph p${phase.id}["Phase ${phase.id}: ${label(phase.title)}"]`,
      ...phase.tasks.map((task) => `    ${node(task, numbers.get(task.id) ?? 0)}`),
      '  end',
    ]),
    ...edges,
    ...statuses.map((status) => `  classDef ${status} ${styles[status]}`),
  ].join('\n');
}

function node(task: Task, number: number): string {
  const text = task.description === '' ? '' : `: ${label(task.description)}`;
  return `n${number}["${task.id}${text}"]:::${task.status}`;
}

/** Quotes, backticks, HTML and Mermaid's own entities mean nothing in it. */
function label(text: string): string {
  return oneLine(text, labelMax).replaceAll(/["#&<>`\\;{}[\]|]/g, (character) => `#${character.charCodeAt(0)};`);
}
