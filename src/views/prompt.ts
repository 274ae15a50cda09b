/**
 * Template + row + last failure -> the prompt of an attempt. Text from the row and from programs is data: it is put in
 * once and never expanded. A line that holds one placeholder and nothing else is left out when that is empty.
 */
import { placeholderOfColumn, placeholders, placeholderShape, type PromptFacts } from './prompt-placeholders.ts';

const aloneShape = /^[ \t]*\{([A-Za-z_][A-Za-z0-9_-]*)\}[ \t]*$/;

/** The prompt. Same facts, same prompt: it holds no number of the attempt and no path of this machine. */
export function buildPrompt(template: string, facts: PromptFacts): string {
  const values = valuesOf(facts);
  const kept: string[] = [];
  let leftOut = false;
  for (const line of template
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\r?\n/)) {
    if (values.get(aloneShape.exec(line)?.[1] ?? '') === '') {
      leftOut = true;
      continue;
    }
    // The blank line that followed a line left out goes with it.
    const isDoubled: boolean = leftOut && line.trim() === '' && (kept.at(-1) ?? '').trim() === '';
    leftOut = leftOut && isDoubled;
    if (!isDoubled) kept.push(expand(line, values));
  }
  return `${kept.join('\n').trimEnd()}\n`;
}

/** One pass: what is put in is not looked at again. Unknown placeholders were refused at start; one that came later stays as written. */
function expand(line: string, values: ReadonlyMap<string, string>): string {
  return line.replace(placeholderShape, (whole: string, name: string | undefined) =>
    name === undefined ? '{' : (values.get(name) ?? whole),
  );
}

function valuesOf(facts: PromptFacts): ReadonlyMap<string, string> {
  const extra = Object.entries(facts.task.extra).map(([header, text]) => [placeholderOfColumn(header), text] as const);
  return new Map([...extra, ...placeholders.map(({ name, value }) => [name, value(facts)] as const)]);
}
