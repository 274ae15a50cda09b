/** The end of a program's output as evidence of how it went: safe to show, bounded. */
import { stripAnsi, visible } from './plain-text.ts';

const linesMax = 40;
const charactersMax = 8 * 1024;
const lineMax = 1000;

/** At most 40 lines, together at most 8 Ki characters; of a line that overwrites itself the last state. Empty lines at both ends are left out. */
export function lastLines(output: string): readonly string[] {
  const lines = stripAnsi(output.slice(-8 * charactersMax))
    .split(/\r?\n/)
    .map((line) => visible(line.trimEnd().split('\r').at(-1) ?? '', lineMax));
  while (lines.at(-1) === '') lines.pop();
  const kept: string[] = [];
  let room = charactersMax;
  for (const line of lines.slice(-linesMax).reverse()) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.unshift(line);
  }
  while (kept[0] === '') kept.shift();
  return kept;
}
