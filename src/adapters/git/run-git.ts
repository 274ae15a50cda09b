/**
 * The commands that only read our cache, by simple-git: fixed arguments, no ambient `GIT_` variable, no user
 * configuration, a deadline. Exit codes are values, because simple-git's own rule takes a failure without a message as
 * success (a `merge-tree` conflict, for one).
 */
import { GitError, GitPluginError, simpleGit, type SimpleGit } from 'simple-git';
import { localEnvironment } from './environment.ts';

/** Nothing read from a local object store is silent that long. */
const silenceMs = 120_000;

class ExitedWith extends GitError {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  constructor(exitCode: number, stdout: string, stderr: string) {
    super(undefined, `git exited with ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in `directory`, a repository of ours. */
export type RunGit = (args: readonly string[]) => Promise<Answer>;

export function createRunGit(directory: string): RunGit {
  return async (args) => {
    try {
      // An instance runs one command after the other; these have no order among each other.
      return { exitCode: 0, stdout: await open(directory).raw([...args]), stderr: '' };
    } catch (error) {
      if (error instanceof ExitedWith) {
        return { exitCode: error.exitCode, stdout: error.stdout, stderr: error.stderr };
      }
      throw error;
    }
  };
}

function open(directory: string): SimpleGit {
  const env = localEnvironment();
  return simpleGit({
    baseDir: directory,
    maxConcurrentProcesses: 1,
    trimmed: false,
    completion: { onClose: true, onExit: false },
    timeout: { block: silenceMs },
    allowEnvironment: Object.keys(env).filter((name) => name.startsWith('GIT_')),
    // Our own environment names the configuration files, to say that there are none.
    unsafe: { allowUnsafeConfigPaths: true },
    errors: (error, result) => {
      // A time-out, or a git that could not be started: no exit to report.
      if (error instanceof GitPluginError || result.exitCode < 0) return error;
      return result.exitCode === 0
        ? undefined
        : new ExitedWith(result.exitCode, text(result.stdOut), text(result.stdErr));
    },
  })
    .env({ ...env })
    .outputHandler((_command, stdout) => {
      // simple-git waits 50 ms for a command that printed nothing; a search that finds nothing is our common case.
      stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)));
    });
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
