/** A publisher as a process of its own, to be killed: claims and finishes the tasks of its list, one after the other, from the newest tip. Bundled by the test that starts it. */
import { publish } from '../../../src/activities/publish.ts';
import { createGitOf } from '../../../src/adapters/git/git.ts';
import type { PublishInput } from '../../../src/contracts/activities.ts';

interface Job {
  readonly stateDirectory: string;
  readonly inputs: readonly PublishInput[];
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const never = new AbortController();
const ports = {
  git: createGitOf({ stateDirectory: job.stateDirectory }),
  host: { id: 'killed', home: 'home-1', slot: () => Promise.reject(new Error('no slots here')) },
  log: { info: () => undefined, warn: () => undefined },
};
const scope = {
  heartbeat: () => undefined,
  ending: new Promise<'kill' | 'detach'>(() => undefined),
  signal: never.signal,
  watcher: { workflowId: '', runId: '', activityId: '' },
};
process.stdout.write('ready\n');
// One answer per line: what was answered before a kill is known, what was not is asked again.
for (const input of job.inputs) {
  const result = await publish(ports, input, scope);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
