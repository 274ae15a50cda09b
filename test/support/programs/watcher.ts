// A watcher in a process of its own: `watcher.ts STATE KEY PROGRAM…` starts or adopts the step, says how, and watches for ever.
import { tmpdir } from 'node:os';
import { createSupervisor } from '../../../src/adapters/supervisor/local-supervisor.ts';
import type { StepKey } from '../../../src/domain/ids.ts';

const [state = '', key = '', file = '', ...args] = process.argv.slice(2);
const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
const supervisor = createSupervisor({ stateDirectory: state, environment });
const step = await supervisor.startOrAdopt(
  key as StepKey,
  {
    file,
    args,
    env: environment,
    directory: tmpdir(),
    limits: { timeMs: 60_000, outputBytesMax: 1_000_000, leaseMs: 60_000, graceMs: 1_000 },
  },
  { workflowId: 'w', runId: 'r', activityId: 'a' },
);
process.stdout.write(`${step.how}\n`);
for await (const bytes of step.output) process.stdout.write(bytes);
