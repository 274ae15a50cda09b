/** Bounded incremental line reader: bytes in any pieces -> whole lines. A line over the limit is dropped whole, and nothing after it is lost. */

export class LineReader {
  #rest = '';
  #overlong = false;
  readonly #max: number;
  readonly #separator: RegExp;
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

  /** `separator`: `\n` for JSON lines; progress bars also end a line with `\r`. */
  constructor(max: number, separator = /\r?\n/) {
    this.#max = max;
    this.#separator = separator;
  }

  feed(bytes: Uint8Array): readonly string[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line, when the stream ended without a line end. */
  end(): readonly string[] {
    return this.#take(`${this.#decoder.decode()}\n`);
  }

  #take(text: string): readonly string[] {
    const pieces = text.split(this.#separator);
    const last = pieces.pop() ?? '';
    const lines: string[] = [];
    for (const piece of pieces) {
      const line = this.#rest + piece;
      if (!this.#overlong && line.length <= this.#max && line.trim() !== '') lines.push(line);
      this.#rest = '';
      this.#overlong = false;
    }
    this.#rest += last;
    if (this.#rest.length > this.#max) {
      this.#rest = '';
      this.#overlong = true;
    }
    return lines;
  }
}
