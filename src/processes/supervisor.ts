/**
 * Entry: owns one supervised step. Started detached, in a session of its own, so that it outlives whoever asked for it.
 * It talks through the step's directory only (`step-directory.ts`) and does not read the program's output.
 *
 * V1 it claims the journal before it starts anything: of any number of supervisors for a key one starts the program.
 * V2 it ends only after a result is recorded, and records it only when nothing that the program started is left.
 * V3 when it dies, the program dies with it (namespace, parent-death signal), or is swept by the next reader.
 */
import { crashPoint } from '../crash-point.ts';
import { identify } from './process-identity.ts';
import { stepDirectoryAt, type StepDirectory, type StepSpec } from './step-directory.ts';
import { notStarted } from './step-exit.ts';
import { startProgram } from './supervised-program.ts';
import { watchProgram } from './watch-program.ts';

async function main(path: string): Promise<void> {
  // A terminal's Ctrl-C is its worker's affair.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const directory = stepDirectoryAt(path);
  const spec = await directory.readSpec();
  const self = identify(process.pid);
  if (spec === undefined || self === undefined) throw new Error(`${path} has no spec.json: nothing to start`);
  const startedAt = new Date().toISOString();
  if (!(await directory.claim({ kind: 'claimed', supervisor: self, startedAt }))) return;
  crashPoint('CP08');
  await superviseProgram(directory, spec, { supervisor: self, startedAt });
}

async function superviseProgram(
  directory: StepDirectory,
  spec: StepSpec,
  owner: { readonly supervisor: NonNullable<ReturnType<typeof identify>>; readonly startedAt: string },
): Promise<void> {
  if ((await directory.askedToEnd()) !== undefined) {
    await directory.recordExit({ ...notStarted('It was asked to end before it began.'), endedBy: 'killed' });
    return;
  }
  const started = await startProgram(directory, spec);
  if ('problem' in started) {
    await directory.recordExit(notStarted(started.problem));
    return;
  }
  crashPoint('CP09');
  if (started.identity !== undefined) {
    await directory.writeJournal({ kind: 'claimed', ...owner, program: started.identity });
  }
  await directory.blankEnvironment(spec);
  crashPoint('CP10');
  const exit = await watchProgram(directory, spec, started);
  crashPoint('CP11');
  await directory.recordExit(exit);
}

const path = process.argv[2];
if (path === undefined) throw new Error('usage: supervisor <step directory>');
await main(path).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 70;
});
// A watcher of the directory or a helper that holds on must not keep a step's supervisor alive.
process.exit();
