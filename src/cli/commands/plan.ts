/** `plan`: what would run when: waves, critical path, widest parallelism, estimated tokens. */
import { buildGraph } from '../../domain/graph/plan-graph.ts';
import { planShape } from '../../domain/graph/waves.ts';
import type { Phase } from '../../domain/plan.ts';
import { isSatisfied } from '../../domain/row-status.ts';
import { planOutline } from '../../views/plan-outline.ts';
import { type CommandModule, flag } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { onePlan } from '../plan-file.ts';

export const run: CommandModule['run'] = async (context, files, options) => {
  const plan = await onePlan(context, options, files);
  if (flag(options, 'json')) context.output.json({ version: 1, phases: plan.phases.map(shapeOf) });
  else context.output.print(planOutline(plan));
  return exitCodes.done;
};

/** What is still to do of a phase. */
function shapeOf({ id, title, tasks }: Phase): object {
  const open = tasks.filter((task) => !isSatisfied(task.status));
  const { waves, criticalPath, criticalTokens, widest } = planShape(buildGraph(open));
  return {
    id,
    title,
    tasks: tasks.length,
    open: open.length,
    estimate: open.reduce((sum, task) => sum + (task.estimate ?? 0), 0),
    waves: waves.map((wave) => wave.map((task) => task.id)),
    criticalPath: criticalPath.map((task) => task.id),
    criticalTokens,
    widest,
  };
}
