/** Follows a growing file from its first byte in bounded pieces; the reader's pace bounds the memory. */
import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from '../../processes/step-directory.ts';

const pieceBytes = 64 * 1024;

export interface TailSource {
  readonly file: string;
  /** Asked before a read that finds nothing: when it says `over`, nothing more will be written. */
  state(): 'growing' | 'over' | 'left';
  /** Number of changes so far. */
  seen(): number;
  /** Resolves when there may be more than at `seen`. */
  after(seen: number): Promise<void>;
}

/** Ends when the file is over and wholly read, or at once when it is left. */
export async function* tail(source: TailSource): AsyncGenerator<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    for (let offset = 0; ;) {
      const seen = source.seen();
      const state = source.state();
      if (state === 'left') return;
      file ??= await openIfThere(source.file);
      const piece = file === undefined ? undefined : await readPiece(file, offset);
      if (piece !== undefined) {
        offset += piece.length;
        yield piece;
      } else if (state === 'over') {
        return;
      } else {
        await source.after(seen);
      }
    }
  } finally {
    await file?.close();
  }
}

/** A piece of a file; undefined at its end. */
export async function readPiece(file: FileHandle, offset: number): Promise<Uint8Array | undefined> {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  const { bytesRead } = await file.read(buffer, 0, pieceBytes, offset);
  return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
}

export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
