/** Plan files of the working copy, for the commands that look before a run. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { LoadedConfig } from '../config/load-config.ts';
import { planFormatOf } from '../config/run-settings.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { visible } from '../domain/plain-text.ts';
import type { Plan } from '../domain/plan.ts';
import { type ParsedPlan, parsePlan } from '../plan-format/parse-plan.ts';
import { type Options, textOption } from './command.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { readBounded } from './read-bounded.ts';
import { Refusal } from './refusal.ts';
import { countText } from './show-diagnostics.ts';

export interface ReadPlan {
  /** As a person would name it from here. */
  readonly file: string;
  readonly parsed: ParsedPlan;
}

export function loadFor(context: Context, options: Options): Promise<LoadedConfig> {
  const file = textOption(options, 'config');
  return context.config(file === undefined ? {} : { file });
}

/** The files named, or the config's plan in the working copy. A file that cannot be read gives a diagnostic as well. */
export async function readPlans(
  context: Context,
  config: LoadedConfig,
  files: readonly string[],
): Promise<readonly ReadPlan[]> {
  const root = (await context.workingCopy())?.root ?? context.directory;
  const paths =
    files.length === 0 ? [join(root, config.file.plan.path)] : files.map((file) => resolve(context.directory, file));
  return Promise.all(paths.map((path) => readPlan(shown(path, context.directory), path, config)));
}

function shown(path: string, directory: string): string {
  const short = relative(directory, path);
  return short === '' || isAbsolute(short) ? path : short;
}

async function readPlan(file: string, path: string, config: LoadedConfig): Promise<ReadPlan> {
  try {
    const bytes = await readBounded(path);
    if (bytes === 'special') return { file, parsed: { kind: 'invalid', diagnostics: [unreadable(file, 'special')] } };
    return { file, parsed: parsePlan({ path: file, bytes }, planFormatOf(config.file)) };
  } catch (error) {
    if (!isFileProblem(error)) throw error;
    return { file, parsed: { kind: 'invalid', diagnostics: [unreadable(file, error.code ?? '')] } };
  }
}

function isFileProblem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unreadable(file: string, code: string): Diagnostic {
  const words: Readonly<Record<string, readonly [string, string]>> = {
    ENOENT: [
      'no file there',
      'write the plan there, or name it: `tallyman validate FILE`, or `plan: PATH` in the config',
    ],
    special: ['a device, or a pipe that says nothing', 'name a file, or a pipe that is written to'],
    EISDIR: ['a directory', 'name the plan file in it'],
    EACCES: ['a file that may not be read', 'mend its permissions'],
  };
  const [found, advice] = words[code] ?? [`an error (${code})`, 'check the path'];
  return {
    file,
    line: 1,
    column: 1,
    length: 1,
    severity: 'error',
    code: 'missing-file',
    message: `Unexpected ${found}, expected a plan file`,
    advice,
  };
}

/** The one valid plan of `files`; its problems end the command. Warnings are counted on stderr. */
export async function onePlan(context: Context, options: Options, files: readonly string[]): Promise<Plan> {
  const [read] = await readPlans(context, await loadFor(context, options), files);
  if (read === undefined) throw new Error('one plan file was asked for');
  const { parsed } = read;
  const count = countText(parsed.kind === 'valid' ? parsed.warnings : parsed.diagnostics, parsed.leftOut);
  const name = visible(read.file, 500);
  if (parsed.kind === 'valid') {
    if (parsed.warnings.length > 0) context.output.say(`${name}: ${count}; \`tallyman validate\` shows them.`);
    return parsed.plan;
  }
  await context.printDiagnostics(parsed.diagnostics);
  throw new Refusal(`${name}: ${count}; mend the plan first.`, [], exitCodes.invalid);
}
