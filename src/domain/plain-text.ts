/**
 * Text of strangers (rows, agents, remotes) made safe to look at: nothing in it moves the cursor, turns the reading
 * direction or hides. Every display and every cell we write goes through here.
 */

/** CSI, OSC and two-character sequences: colours and titles carry nothing that a reader misses. Each is bounded, so that matching is linear. */
const escapeSequence =
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,16}[@-~]|\][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Text without terminal escape sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(escapeSequence, '') : text;
}

/** C0 and C1 controls, soft hyphen, zero-width and bidi characters, separators of lines and paragraphs, BOM, tags, lone surrogates. */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

/** One line, every hidden character shown (`\\x1b`, `\\x202e`), at most `max` characters, the last one `…` when cut. */
export function visible(text: string, max = 2_000): string {
  return cut(bounded(text, max).replace(hidden, picture), max);
}

/** The same without escape sequences and with every run of white space as one space: for cells and single lines. */
export function oneLine(text: string, max = 2_000): string {
  const flat = stripAnsi(bounded(text, max)).replace(/[\s\u2028\u2029]+/g, ' ');
  return visible(flat.trim(), max);
}

/** At most `max` characters (code points), the last one `…` when cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text.slice(0, max * 2 + 1));
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** The work on a text is bounded by what is shown of it, not by its length. */
function bounded(text: string, max: number): string {
  return text.slice(0, max * 8 + 1_000);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code === 9 ? ' ' : `\\x${code.toString(16).padStart(2, '0')}`;
}
