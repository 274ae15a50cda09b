/** Bytes of a program's output -> text fit to search and to show. Bounded; never throws. */
import { oneLine, stripAnsi } from '../../domain/plain-text.ts';

const lineShownMax = 200;

/** One line as a person may see it. */
export function shownLine(text: string): string {
  return oneLine(stripAnsi(text.slice(0, 4 * lineShownMax)), lineShownMax);
}

/** Keeps the end of a stream of bytes as text: `max` characters, whatever came before is forgotten. A character split between two pieces stays whole. */
export class TextTail {
  #text = '';
  #cut = false;
  readonly #max: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

  constructor(max: number) {
    this.#max = max;
  }

  feed(bytes: Uint8Array): string {
    const piece = this.#decoder.decode(bytes, { stream: true });
    this.#text += piece;
    if (this.#text.length > 2 * this.#max) this.#keepEnd();
    return piece;
  }

  /** The end of all that came, and whether its beginning was forgotten. */
  end(): { readonly text: string; readonly cut: boolean } {
    this.#text += this.#decoder.decode();
    if (this.#text.length > this.#max) this.#keepEnd();
    return { text: this.#text, cut: this.#cut };
  }

  #keepEnd(): void {
    this.#text = this.#text.slice(-this.#max);
    this.#cut = true;
  }
}
