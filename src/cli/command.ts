/** One command of the table in program.ts. */
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** Options by their long name in camel case, as commander gives them. */
export type Options = Readonly<Record<string, unknown>>;

export interface CommandModule {
  run(context: Context, args: readonly string[], options: Options): Promise<ExitCode>;
}

export interface CommandEntry {
  /** Name and arguments: `why <ID>`. */
  readonly usage: string;
  readonly group: 'Before a run:' | 'A run:' | 'Looking:' | 'Steering:';
  readonly summary: string;
  /** More of the help, below the summary. */
  readonly detail?: string;
  readonly options?: readonly OptionEntry[];
  /** Lines to try. */
  readonly examples?: readonly string[];
  /** Loaded when called, so that `--help` and `validate` stay quick. */
  readonly load: () => Promise<CommandModule>;
}

export interface OptionEntry {
  readonly flags: string;
  readonly meaning: string;
  /** The value must be a whole number from 1. */
  readonly number?: true;
  /** May be given several times. */
  readonly many?: true;
}

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOption(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}

export function listOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function flag(options: Options, name: string): boolean {
  return options[name] === true;
}
