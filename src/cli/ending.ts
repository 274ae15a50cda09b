/** How the process ends: an exit code, a refusal in words, or a bug in one paragraph. A closed pipe ends it quietly. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readEnvironment } from '../config/environment.ts';
import { endsWhenOutputCloses } from './closed-output.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { Refusal } from './refusal.ts';

/** Nobody reads any more (`tallyman plan | head`): that is no error of ours. */
const pipeClosed = 'EPIPE';

export async function endWith(work: () => Promise<ExitCode>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onStreamError);
  process.on('uncaughtException', (error) => process.exit(report(error)));
  const code = await work().catch(report);
  // Not process.exit at once: what is still on its way to a pipe would be cut off.
  process.exitCode = code;
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(code);
}

function onStreamError(error: NodeJS.ErrnoException): void {
  if (!endsWhenOutputCloses()) return;
  if (error.code === pipeClosed) process.exit(exitCodes.done);
  process.exit(exitCodes.bug);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

function report(error: unknown): ExitCode {
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const log = writeLog(error);
  const first = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  process.stderr.write(
    `Tallyman met a bug of its own: ${first}\n` +
      `Nothing you did is lost: the plan on the remote is as it was last published, and the same command goes on. ` +
      `${log === undefined ? 'The log could not be written.' : `Where it happened is in ${log}; please report it with that file.`}\n`,
  );
  return exitCodes.bug;
}

/** The stack goes to a file: it helps whoever mends it, and nobody else. */
function writeLog(error: unknown): string | undefined {
  const text = inspect(error, { depth: 3 });
  try {
    const directory = join(readEnvironment().stateDirectory, 'log');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, `bug-${new Date().toISOString().replace(/[:.]/g, '-')}.txt`);
    writeFileSync(path, `${text}\n`);
    return path;
  } catch {
    return undefined; // No place to write is no reason to hide the bug itself.
  }
}
