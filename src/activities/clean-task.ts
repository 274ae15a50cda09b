/** What a settled task leaves on its host, once its row is on the remote: the workspace goes or is kept for a look, the run records go. */
import type { HostActivities } from '../contracts/activities.ts';
import type { Ports } from './ports.ts';

type CleanInput = Parameters<HostActivities['cleanTask']>[0];

export async function cleanTask(ports: Ports, input: CleanInput): Promise<void> {
  const { plan, task, keep } = input;
  const workspace = ports.workspaces.ofTask(plan.id, task);
  if (keep) await ports.workspaces.release(workspace);
  else await ports.workspaces.remove(workspace);
  await ports.workspaces.bound(plan.id, keptMax);
  // A kept workspace keeps its logs: they are what a person looks at first.
  if (!keep) await ports.supervisor.forget(`${plan.id}/${task}/`);
}

/** `keepWorkspaces.failed` of the run decides which are kept; this bounds what all runs of a plan leave. */
const keptMax = 20;
