/** The worker's side of `processes/launcher.ts`: started at the first launch, started again when it died. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ownFiles } from '../../own-files.ts';

export interface Launcher {
  /** Starts a supervisor for a step's directory; it claims the step itself. */
  launch(directory: string): Promise<void>;
}

type LauncherProcess = ChildProcessByStdio<Writable, Readable, null>;

interface Running {
  readonly child: LauncherProcess;
  readonly pending: Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>;
}

/** A launcher that died while it was asked is replaced this often before the fault is the caller's. */
const triesMax = 3;

/** `environment` is all that supervisors get: none of the worker's secrets, because a program can read its parent's. */
export function createLauncher(environment: Readonly<Record<string, string>>): Launcher {
  let running: Running | undefined;
  let nextId = 0;
  const startOne = (): Running => {
    const mine: Running = start(environment, () => {
      if (running === mine) running = undefined;
    });
    return mine;
  };
  const ask = (directory: string): Promise<void> => {
    const { child, pending } = (running ??= startOne());
    const id = (nextId += 1);
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      hold(child, true);
      child.stdin.write(`${JSON.stringify({ id, supervisor: ownFiles.supervisor, directory })}\n`);
    });
  };
  return {
    launch: async (directory) => {
      for (let tries = 1; ; tries += 1) {
        try {
          await ask(directory);
          return;
        } catch (error) {
          if (tries === triesMax || !(error instanceof LauncherDied)) throw error;
        }
      }
    },
  };
}

class LauncherDied extends Error {
  override readonly name = 'LauncherDied';
}

function start(environment: Readonly<Record<string, string>>, gone: () => void): Running {
  const child = spawn(process.execPath, ['--max-old-space-size=48', ownFiles.launcher], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of the terminal's group: Ctrl-C is the worker's, and supervisors must start until it is done.
    detached: true,
    env: { ...environment, UV_THREADPOOL_SIZE: '1' },
  });
  const pending: Running['pending'] = new Map();
  const die = (why: string): void => {
    gone();
    for (const { reject } of pending.values()) reject(new LauncherDied(`The launcher of supervisors ${why}.`));
    pending.clear();
  };
  child.once('error', (error) => {
    die(`could not be started: ${error.message}`);
  });
  child.once('exit', (code, signal) => {
    die(`ended (${signal ?? `exit code ${String(code)}`})`);
  });
  child.stdin.on('error', () => undefined); // Said by `exit`.
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as { readonly id: number; readonly problem?: string };
    const request = pending.get(answer.id);
    pending.delete(answer.id);
    if (pending.size === 0) hold(child, false);
    if (answer.problem === undefined) request?.resolve();
    else request?.reject(new Error(`A supervisor could not be started: ${answer.problem}`));
  });
  hold(child, false);
  return { child, pending };
}

/** An idle launcher does not keep its worker alive. */
function hold(child: LauncherProcess, busy: boolean): void {
  const parts = [child, child.stdin, child.stdout] as unknown as readonly { ref(): void; unref(): void }[];
  for (const part of parts) {
    if (busy) part.ref();
    else part.unref();
  }
}
