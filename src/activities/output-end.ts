/** The end of a program's output as evidence. Bounded, whatever comes. */
import { lastLines } from '../domain/last-lines.ts';
import { lastLineReader } from './last-line.ts';

/** Far more than the 8 KiB that are shown of it. */
const keptBytesMax = 128 * 1024;

export interface OutputEnd {
  /** Gives the last line fit to show. */
  feed(bytes: Uint8Array): { readonly line?: string };
  lines(): readonly string[];
}

export function outputEnd(): OutputEnd {
  const reader = lastLineReader();
  let pieces: Uint8Array[] = [];
  let size = 0;
  return {
    feed(bytes) {
      pieces.push(bytes);
      size += bytes.length;
      // Joined only now and then, so that a flood of small pieces stays linear.
      if (size > 2 * keptBytesMax || pieces.length > 4096) {
        pieces = [Buffer.concat(pieces).subarray(-keptBytesMax)];
        size = pieces[0]?.length ?? 0;
      }
      const line = reader.feed(bytes);
      return line === undefined ? {} : { line };
    },
    lines: () => lastLines(Buffer.concat(pieces).toString('utf8')),
  };
}
