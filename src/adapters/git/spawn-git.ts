/**
 * One git command with bytes in and bytes out, a deadline, and the end of everything it started. simple-git runs the
 * commands that only read (`run-git.ts`); these it cannot: it has no way to make a process group, so that helpers such
 * as `git-remote-https` outlive a time-out, and it reads output as text.
 *   S1 It always ends: at the deadline, or after a silence, the whole group is killed.
 *   S2 An exit code is a value here; the caller says which ones it expected.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from './environment.ts';

export interface GitRun {
  readonly exitCode: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Ended by us: it took too long or said nothing for too long. */
  readonly timedOut: boolean;
}

export interface GitSpawn {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly stdin?: string | Uint8Array;
  readonly deadlineMs: number;
  /** Longest time without a byte of output. */
  readonly silenceMs?: number;
}

/** A plan file may have 16 MiB; a listing of refs or commits is smaller. More would be a mistake, not a larger repository. */
const stdoutBytesMax = 256 * 1024 * 1024;
const stderrBytesMax = 256 * 1024;

export async function spawnGit(request: GitSpawn): Promise<GitRun> {
  const child = spawn('git', request.args, {
    cwd: request.cwd,
    env: request.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? undefined));
  });
  let timedOut = false;
  const end = (): void => {
    timedOut = true;
    killGroup(child);
  };
  const deadline = setTimeout(end, request.deadlineMs);
  let silence = request.silenceMs === undefined ? undefined : setTimeout(end, request.silenceMs);
  const alive = (): void => {
    if (request.silenceMs === undefined) return;
    clearTimeout(silence);
    silence = setTimeout(end, request.silenceMs);
  };
  const stdout = collect(child.stdout, stdoutBytesMax, alive, end);
  const stderr = collect(child.stderr, stderrBytesMax, alive);
  // git that fails early closes its input: its exit code and message say why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(request.stdin ?? '');
  try {
    const exitCode = await ended;
    return { exitCode, stdout: stdout(), stderr: stderr().toString('utf8'), timedOut };
  } finally {
    clearTimeout(deadline);
    clearTimeout(silence);
  }
}

/** Keeps at most `max` bytes: the first ones, or `tooMany` is called. */
function collect(stream: NodeJS.ReadableStream, max: number, alive: () => void, tooMany?: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    alive();
    if (size + chunk.length > max) tooMany?.();
    else chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: the group ended by itself meanwhile.
  }
  // A helper that left the group may still hold the pipes open; nobody reads them any more.
  child.stdout?.destroy();
  child.stderr?.destroy();
}
