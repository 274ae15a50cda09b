/** Forms of single values in the user's file: durations, sizes, commands, names. Each refuses with a sentence that names what is expected. */
import { z } from 'zod';
import { isUnsafeVariable } from './environment.ts';

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnits: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
/** Longer than any sensible wait, and below the 2^31 ms that a timer can hold. */
const durationMaxMs = 7 * 86_400_000;

/** Milliseconds of `90s`, `10m`, `1h`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  return scaled(/^(\d{1,9})(ms|s|m|h|d)$/.exec(text), durationUnits);
}

/** Bytes of `64MiB`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  return scaled(/^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text), sizeUnits);
}

function scaled(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | undefined {
  const unit = units[match?.[2] ?? ''];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** A duration as text, in the file; milliseconds after. `zero`: whether `0s` has a meaning. */
export function duration(zero: 'zero-allowed' | 'positive' = 'positive') {
  return z.string({ error: 'a duration such as `90s`, `10m` or `1h`' }).transform((text, context) => {
    const ms = parseDuration(text);
    const least = zero === 'positive' ? 1 : 0;
    if (ms !== undefined && ms >= least && ms <= durationMaxMs) return ms;
    context.issues.push({
      code: 'custom',
      input: text,
      message: `a duration from ${least === 0 ? '`0s`' : '`1ms`'} to \`7d\`, a number and a unit (ms, s, m, h, d), such as \`10m\``,
    });
    return z.NEVER;
  });
}

export function size() {
  return z.string({ error: 'a size such as `64MiB`' }).transform((text, context) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes > 0) return bytes;
    context.issues.push({
      code: 'custom',
      input: text,
      message: 'a size above 0, a number and a unit (B, KiB, MiB, GiB), such as `64MiB`',
    });
    return z.NEVER;
  });
}

export function count(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function text(expected: string) {
  return z.string({ error: expected }).refine((value) => value.trim() !== '' && !/[\0\r\n]/.test(value), {
    error: `${expected}, one line and not empty`,
  });
}

/** What a shell would treat specially: none is started, so these would reach the program as plain text. */
const shellSigns = /&&|\|\||[|;<>`\n]|\$\(|\$\{?\w|(?:^|\s)&(?:\s|$)/;

/** Words of a command line, by spaces and quotes alone; undefined when a quote is left open. */
export function splitCommand(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const match = /^(?:[^\s'"]+|'[^']*'|"[^"]*")+/.exec(rest);
    if (match === null) return undefined;
    words.push(
      match[0].replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
    );
    rest = rest.slice(match[0].length).trimStart();
  }
  return words;
}

const commandForm = 'a command: one line of text, or a list of program and arguments such as `[npm, run, lint]`';

/** Program and arguments. No shell runs it, so shell signs in a string are refused, with the way out. */
export function command() {
  return z
    .union([z.string(), z.array(z.string({ error: 'text: program and arguments' }))], { error: commandForm })
    .transform((value, context): readonly string[] => {
      const refuse = (message: string) => {
        context.issues.push({ code: 'custom', input: value, message });
        return z.NEVER;
      };
      if (typeof value !== 'string') return value[0] === undefined || value[0] === '' ? refuse(commandForm) : value;
      const sign = shellSigns.exec(value)?.[0].trim();
      if (sign !== undefined)
        return refuse(
          `a command without \`${sign}\`: no shell runs it; put the steps into a script, or write \`[sh, -c, "…"]\` to run one`,
        );
      const words = splitCommand(value);
      if (words === undefined) return refuse('a command whose quotes are closed');
      return words[0] === undefined ? refuse(commandForm) : words;
    });
}

/** A branch name as `git check-ref-format --branch` takes it. */
export function isBranchName(name: string): boolean {
  const bad = /[\0- \x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|\/$|\.$|(^|\/)\.|\.lock(\/|$)/;
  return name !== '' && name !== '@' && name !== 'HEAD' && !bad.test(name) && name.length <= 200;
}

export function branch() {
  return z.string({ error: 'a branch name' }).refine(isBranchName, { error: 'a branch name such as `feature/tasks`' });
}

/** A path inside the repository, with `/`. */
export function repositoryPath(example: string) {
  const error = `a path inside the repository, with \`/\`, such as \`${example}\``;
  return z.string({ error }).refine(
    (path) => {
      const parts = path.split('/');
      return (
        !/^[~/-]|[\0\r\n\\]|^[A-Za-z]:/.test(path) && parts.every((part) => !['', '.', '..', '.git'].includes(part))
      );
    },
    { error },
  );
}

export function variableName() {
  return z.string({ error: 'the name of an environment variable' }).superRefine((name, context) => {
    if (isUnsafeVariable(name))
      context.addIssue({
        code: 'custom',
        message:
          "a variable that is safe to hand on: this one could steer git or every program, or is none of the agent's business",
      });
    else if (!/^[A-Za-z_]\w*$/.test(name))
      context.addIssue({
        code: 'custom',
        message: 'the name of a variable alone; its value stays in the environment, never in the config',
      });
  });
}
