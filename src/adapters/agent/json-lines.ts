/** JSON lines of a program: one object per line, other lines are noise and skipped. Bounded memory; never throws. */
import { LineReader } from './lines.ts';

/** One event of an agent can carry a whole file; longer ones are dropped. */
const lineMax = 4 * 1024 * 1024;

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class JsonLines {
  readonly #lines = new LineReader(lineMax);

  feed(bytes: Uint8Array): readonly JsonRecord[] {
    return this.#lines.feed(bytes).flatMap(parsed);
  }

  end(): readonly JsonRecord[] {
    return this.#lines.end().flatMap(parsed);
  }
}

function parsed(line: string): readonly JsonRecord[] {
  if (!line.trimStart().startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? [value] : [];
  } catch {
    return []; // Not JSON: a message of the program's own.
  }
}
