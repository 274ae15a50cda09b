/** A plan before it runs, as text: phases with their waves, critical path, widest parallelism, estimated tokens. */
import { buildGraph } from '../domain/graph/plan-graph.ts';
import { defaultEstimate } from '../domain/graph/longest-path.ts';
import { planShape } from '../domain/graph/waves.ts';
import { visible } from '../domain/plain-text.ts';
import type { Phase, Plan, Task } from '../domain/plan.ts';
import { isSatisfied } from '../domain/row-status.ts';
import { count, tokens } from './amounts.ts';

/** Lines without an end at the last one. Satisfied tasks are counted, but run no more and are in no wave. */
export function planOutline(plan: Plan): string {
  const tasks = plan.phases.flatMap((phase) => phase.tasks);
  const open = tasks.filter((task) => !isSatisfied(task.status));
  const totals = [
    `${count(tasks.length, 'task')} in ${count(plan.phases.length, 'phase')}`,
    ...(open.length < tasks.length ? [`${tasks.length - open.length} done or skipped`] : []),
    estimateText(open),
  ];
  return [totals.join(', '), ...plan.phases.map(phaseOutline)].join('\n\n');
}

function phaseOutline(phase: Phase): string {
  const open = phase.tasks.filter((task) => !isSatisfied(task.status));
  const title = `Phase ${phase.id}: ${visible(phase.title, 100)}`;
  if (open.length === 0) return `${title} (${count(phase.tasks.length, 'task')}, nothing left to do)`;
  const shape = planShape(buildGraph(open));
  const width = String(shape.waves.length).length;
  const waves = shape.waves.map(
    (wave, index) => `  wave ${String(index + 1).padStart(width)}: ${wave.map((task) => task.id).join(', ')}`,
  );
  return [
    `${title} (${count(open.length, 'task')}, ${estimateText(open)})`,
    ...waves,
    `  widest: ${shape.widest} at a time`,
    `  critical path: ${shape.criticalPath.map((task) => task.id).join(' → ')} (${tokens(shape.criticalTokens)} tokens)`,
  ].join('\n');
}

function estimateText(tasks: readonly Task[]): string {
  const missing = tasks.filter((task) => task.estimate === undefined).length;
  const sum = tasks.reduce((total, task) => total + (task.estimate ?? defaultEstimate), 0);
  const assumed =
    missing === 0 ? '' : `, ${tokens(defaultEstimate)} assumed for each of ${missing} without an estimate`;
  return `about ${tokens(sum)} tokens${assumed}`;
}
