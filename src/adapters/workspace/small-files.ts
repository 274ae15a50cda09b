/** Small files beside an agent's clone: written whole by rename, read without trust in what stands there. */
import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import type { ResultFile } from './port.ts';
import { isMissing } from './safe-path.ts';

/** A result block is some hundred bytes. */
const resultBytesMax = 64 * 1024;

/** A rename replaces a symlink instead of writing through it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
  await rename(draft, path);
}

export async function clear(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

export async function readUntrusted(path: string): Promise<ResultFile> {
  let file: FileHandle;
  try {
    // Non-blocking: opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' };
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be opened';
    return unreadable(why === 'ELOOP' ? 'it is a symbolic link' : why);
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) return unreadable('it is no regular file');
    if (found.size > resultBytesMax) return unreadable(`it has ${found.size} bytes, more than ${resultBytesMax}`);
    const buffer = Buffer.alloc(resultBytesMax);
    const { bytesRead } = await file.read(buffer, 0, resultBytesMax, 0);
    return decoded(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function decoded(bytes: Uint8Array): ResultFile {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return unreadable('it is not UTF-8'); // The one thing a fatal decoder throws for.
  }
}

function unreadable(why: string): ResultFile {
  return { kind: 'unreadable', problem: `the result file cannot be read: ${why}` };
}
