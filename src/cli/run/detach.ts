/** `run --detach`: the same command again, in a process of its own that no terminal owns, its output in a file. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { ownFiles } from '../../own-files.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

export function detach(context: Context, config: Config): ExitCode {
  const directory = join(config.host.stateDirectory, 'log');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = join(directory, `run-${config.run.plan.name}.log`);
  const file = openSync(log, 'a', 0o600);
  const args = process.argv.slice(2).filter((argument) => argument !== '--detach');
  const child = spawn(process.execPath, [ownFiles.client, ...args], {
    cwd: context.directory,
    detached: true,
    stdio: ['ignore', file, file],
  });
  child.unref();
  context.output.print(`The run goes on in process ${child.pid ?? '?'}; its output: ${log}`);
  context.output.print('`tallyman status --watch` looks at it, `tallyman pause` and `tallyman stop` steer it.');
  return exitCodes.done;
}
