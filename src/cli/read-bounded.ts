/** A file that a person named: never more of it is read than a plan may have, and nothing is waited for without end. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileBytesMax } from '../plan-format/rules/limits.ts';

/** How long a pipe may be silent. */
const silentMax = 10_000;
const pauseMs = 20;
const partBytes = 1024 * 1024;

/** What is there, up to one byte more than a plan may have: `limits` then refuses it. `special` is a device, a socket, or a pipe that stays silent. */
export async function readBounded(path: string): Promise<Uint8Array | 'special'> {
  const kind = await stat(path);
  if (!kind.isFile() && !kind.isFIFO() && !kind.isDirectory()) return 'special';
  // A pipe that nobody writes to would otherwise never be opened; like this it is empty.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const parts: Uint8Array[] = [];
    for (let room = fileBytesMax + 1; room > 0;) {
      const part = await readPart(file, Math.min(room, partBytes));
      if (part === undefined) return 'special';
      if (part.length === 0) break;
      parts.push(part);
      room -= part.length;
    }
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
}

/** Empty at the end; undefined when a pipe was silent for too long. */
async function readPart(file: FileHandle, bytes: number): Promise<Uint8Array | undefined> {
  const buffer = Buffer.alloc(bytes);
  for (let waited = 0; waited < silentMax; waited += pauseMs) {
    try {
      const { bytesRead } = await file.read(buffer, 0, bytes, null);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      // The writer of a pipe has nothing yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}
