/** The last line of an output that is fit to show: bounded, without control characters. */
import { StringDecoder } from 'node:string_decoder';
import { visible } from '../domain/plain-text.ts';

const lineCharsMax = 200;
/** Kept of a line that has not ended. */
const keptCharsMax = 4096;

export interface LastLineReader {
  /** The last whole line so far that is not blank; undefined while there is none. */
  feed(bytes: Uint8Array): string | undefined;
}

export function lastLineReader(): LastLineReader {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let last: string | undefined;
  return {
    feed(bytes) {
      const lines = (rest + decoder.write(bytes)).split(/[\r\n]+/);
      rest = (lines.pop() ?? '').slice(-keptCharsMax);
      const shown = lines.findLast((line) => line.trim() !== '');
      if (shown !== undefined) last = visible(shown.trim(), lineCharsMax);
      return last;
    },
  };
}
