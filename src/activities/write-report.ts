/** The report of a run in Markdown, made from the plan at its tip and the history of its branch: whoever writes it, on whichever host, it says the same. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../adapters/git/port.ts';
import type { RunActivities } from '../contracts/activities.ts';
import type { PlanSettings } from '../contracts/run-settings.ts';
import type { RowHistory, Task } from '../domain/plan.ts';
import { type Report, reportMarkdown, type ReportTask } from '../views/report-markdown.ts';
import { planReader } from './plan-at.ts';
import type { Ports } from './ports.ts';
import { rowHistories } from './row-history.ts';

type ReportInput = Parameters<RunActivities['writeReport']>[0];

export async function writeReport(
  ports: Pick<Ports, 'git' | 'reportDirectory'>,
  input: ReportInput,
): Promise<{ readonly path: string }> {
  const { plan, run, end, summary } = input;
  const seen = await readRows(ports.git(plan.remote), plan);
  const report = reportMarkdown({ plan: `${plan.path} on ${plan.branch}`, run, end, summary, ...seen });
  const path = join(ports.reportDirectory, `${plan.name}-${run}.md`);
  await mkdir(ports.reportDirectory, { recursive: true });
  await writeFile(`${path}.new`, report);
  await rename(`${path}.new`, path);
  return { path };
}

/** Without a readable plan the report still says how the run ended. */
async function readRows(git: Git, plan: PlanSettings): Promise<Pick<Report, 'tip' | 'phases'>> {
  const tip = await git.tip(plan.branch);
  if (tip === undefined) return { tip: '', phases: [] };
  await git.fetch(tip);
  const read = planReader(git, plan);
  const seen = await read(tip);
  if (seen.kind !== 'valid') return { tip, phases: [] };
  const tasks = seen.plan.phases.flatMap((phase) => phase.tasks);
  const histories = await rowHistories({ git, plan, tip, read, remotes: [git] }, tasks);
  const phases = seen.plan.phases.map((phase) => ({
    id: phase.id,
    title: phase.title,
    tasks: phase.tasks.map((task) => reportTask(task, histories[task.id])),
  }));
  return { tip, phases };
}

function reportTask(task: Task, history: RowHistory | undefined): ReportTask {
  const { id, status, description, agent, startedAt, completedAt, estimate, used, notes } = task;
  return {
    ...{ id, status, description, attempts: history?.attempts ?? 0 },
    ...(agent === undefined ? {} : { agent }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(estimate === undefined ? {} : { estimate }),
    ...(used === undefined ? {} : { used }),
    ...(notes === undefined ? {} : { notes }),
  };
}
