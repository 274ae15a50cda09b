/** Bytes of a program's output -> text fit to search and to show. Bounded; never throws. */

/** Escape sequences of terminals: CSI, OSC and two-character ones. Every alternative ends at a fixed class, so matching is linear. */
const ansi = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export function stripAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(ansi, '') : text;
}

const lineShownMax = 200;

/** One line as a person may see it: no escape sequences, no control characters, cut to 200 characters. */
export function shownLine(text: string): string {
  return stripAnsi(text.slice(0, 4 * lineShownMax))
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g, ' ')
    .trim()
    .slice(0, lineShownMax);
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
