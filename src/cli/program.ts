/** Arguments -> the command of the table, with its options. Usage errors are refusals with exit 2, and name the nearest command. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { nearest } from '../domain/nearest.ts';
import { ownFiles } from '../own-files.ts';
import type { CommandEntry, OptionEntry, Options } from './command.ts';
import { commands } from './commands.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeMeanings, exitCodes } from './exit-codes.ts';
import { Refusal } from './refusal.ts';

/** Runs one command line to its exit code. Throws Refusal for what is expected; anything else thrown is a bug. */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  const program = createProgram(context, (code) => (exit = code));
  if (args.length === 0) {
    context.output.say(program.helpInformation());
    return exitCodes.invalid;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end by an error as well, with code 0.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
  }
  return exit;
}

export function createProgram(context: Context, ended: (code: ExitCode) => void): Command {
  const { output } = context;
  const program = new Command('tallyman')
    .description('Runs a Markdown table of tasks with coding agents until the table says done.')
    .version(ownFiles.version(), '-V, --version', 'version of Tallyman')
    .helpOption('-h, --help', 'help; with a command, the help of that command')
    .helpCommand('help [COMMAND]', 'this help, or that of a command')
    .usage('<command> [options]')
    .configureOutput({
      writeOut: (text) => output.print(text),
      writeErr: (text) => output.say(text),
      getOutHelpWidth: () => output.width(),
      getErrHelpWidth: () => output.width(),
      getOutHasColors: () => output.colour,
      getErrHasColors: () => output.colour,
    })
    .addHelpText('after', afterHelp)
    .showSuggestionAfterError(false)
    .exitOverride();
  program.on('command:*', ([name = '']: string[]) => {
    throw unknownCommand(name);
  });
  for (const entry of commands) program.addCommand(commandOf(entry, context, ended));
  return program;
}

const afterHelp = (() => {
  const codes = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return [
    '',
    'Exit codes:',
    ...codes,
    '',
    'First steps, in a git repository with a remote:',
    '  tallyman validate          check docs/tasks.md',
    '  tallyman plan              what would run when',
    '  tallyman run               run it; Ctrl-C once to finish what runs, run again to go on',
  ].join('\n');
})();

function unknownCommand(name: string): Refusal {
  const near = nearest(name, commands.map(nameOf));
  return new Refusal(
    `Unexpected command "${name}", expected one of ${commands.map(nameOf).join(', ')}.`,
    [near === undefined ? '`tallyman --help` says what they do.' : `Did you mean \`tallyman ${near}\`?`],
    exitCodes.invalid,
  );
}

export function nameOf(entry: CommandEntry): string {
  return entry.usage.split(' ')[0] ?? entry.usage;
}

function commandOf(entry: CommandEntry, context: Context, ended: (code: ExitCode) => void): Command {
  const [name = '', ...places] = entry.usage.split(' ');
  const { output } = context;
  const command = new Command(name)
    .summary(entry.summary)
    .description(
      [`${entry.summary[0]?.toUpperCase() ?? ''}${entry.summary.slice(1)}.`, entry.detail ?? ''].join('\n').trimEnd(),
    )
    .helpOption('-h, --help', 'this help')
    .helpGroup(entry.group)
    .allowExcessArguments(false)
    .showHelpAfterError(`Usage: tallyman ${entry.usage}; \`tallyman ${name} --help\` says more.`)
    .configureOutput({
      writeOut: (text) => output.print(text),
      writeErr: (text) => output.say(text),
      getOutHelpWidth: () => output.width(),
    })
    .exitOverride();
  for (const place of places) command.argument(place);
  for (const option of entry.options ?? []) command.addOption(optionOf(option));
  if (entry.examples !== undefined)
    command.addHelpText('after', ['', 'Examples:', ...entry.examples.map((line) => `  ${line}`)].join('\n'));
  return command.action(async () => {
    const module = await entry.load();
    ended(await module.run(context, command.processedArgs.flat().filter(isText), command.opts<Options>()));
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function optionOf(entry: OptionEntry): Option {
  const option = new Option(entry.flags, entry.meaning);
  if (entry.number === true) option.argParser(wholeNumber);
  if (entry.many === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}
