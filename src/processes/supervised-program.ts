/** Starts the program of a step: standard input from a file, output straight into the step's file, the marker in its environment. */
import { spawn } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { findProgram } from './find-program.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';
import { markerName, type StepDirectory, type StepSpec } from './step-directory.ts';
import { endOf } from './step-exit.ts';

export interface StartedProgram {
  readonly pid: number;
  /** undefined when it ended at once. */
  readonly identity: ProcessIdentity | undefined;
  readonly startedMs: number;
  readonly ended: Promise<{ readonly code?: number; readonly signal?: string }>;
}

export async function startProgram(
  directory: StepDirectory,
  spec: StepSpec,
): Promise<StartedProgram | { readonly problem: string }> {
  const found = await findProgram(spec.file, spec.directory, spec.env);
  if ('problem' in found) return found;
  const output = await open(directory.outputFile, 'a', 0o600);
  const input = await open(spec.stdinFile ?? '/dev/null', 'r').catch((error: unknown) => String(error));
  try {
    if (typeof input === 'string') return { problem: `The file for standard input cannot be read: ${input}` };
    return await spawnProgram(spec, found.path, { input, output });
  } finally {
    await output.close();
    if (typeof input !== 'string') await input.close();
  }
}

async function spawnProgram(
  spec: StepSpec,
  path: string,
  files: { readonly input: FileHandle; readonly output: FileHandle },
): Promise<StartedProgram | { readonly problem: string }> {
  const [file = path, ...args] = [...spec.sandbox.wrap, path, ...spec.args];
  const child = spawn(file, args, {
    cwd: spec.directory,
    env: { ...spec.env, [markerName]: spec.marker },
    // Descriptors, not pipes: nothing here has to drain them, and a child that keeps them open holds up nobody.
    stdio: [files.input.fd, files.output.fd, files.output.fd],
    // A session of its own, so that its process group holds nothing but what it started.
    detached: true,
  });
  const ended = new Promise<{ readonly code?: number; readonly signal?: string }>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(endOf(spec.sandbox, code, signal));
    });
  });
  const problem = await new Promise<string | undefined>((resolve) => {
    child.once('spawn', () => {
      resolve(undefined);
    });
    child.once('error', (error) => {
      resolve(`${path} could not be started: ${error.message}`);
    });
  });
  if (problem !== undefined || child.pid === undefined) return { problem: problem ?? `${path} could not be started` };
  return { pid: child.pid, identity: identify(child.pid), startedMs: performance.now(), ended };
}
