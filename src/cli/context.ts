/** What commands share: environment, output, working copy, config. Each is made when a command asks for it. */
import { type Environment, readEnvironment } from '../config/environment.ts';
import type { LoadedConfig, LoadRequest } from '../config/load-config.ts';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { exitCodes } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';
import { Refusal } from './refusal.ts';
import { findWorkingCopy, type WorkingCopy } from './working-copy.ts';

export interface Context {
  readonly environment: Environment;
  readonly output: Output;
  readonly directory: string;
  /** Undefined outside a git repository. */
  workingCopy(): Promise<WorkingCopy | undefined>;
  /** The checked config. Its problems end the command: exit 2. */
  config(request?: Pick<LoadRequest, 'file' | 'overrides'>): Promise<LoadedConfig>;
  /** Prints diagnostics as the terminal can show them. */
  printDiagnostics(diagnostics: readonly Diagnostic[], to?: 'stdout' | 'stderr'): Promise<void>;
}

export function createContext(): Context {
  const environment = readEnvironment();
  const output = createOutput(environment, process.stdout, process.stderr);
  const directory = process.cwd();
  let copy: Promise<WorkingCopy | undefined> | undefined;
  const workingCopy = () => (copy ??= findWorkingCopy(directory, environment.variables));
  const printDiagnostics: Context['printDiagnostics'] = async (diagnostics, to = 'stderr') => {
    const { showDiagnostics } = await import('./show-diagnostics.ts');
    const text = showDiagnostics(diagnostics, output);
    if (to === 'stdout') output.print(text);
    else output.say(text);
  };
  return {
    environment,
    output,
    directory,
    workingCopy,
    printDiagnostics,
    config: async (request = {}) => {
      const [{ loadConfig }, { knownKinds }] = await Promise.all([
        import('../config/load-config.ts'),
        import('./known-kinds.ts'),
      ]);
      const stop = (await workingCopy())?.root ?? directory;
      const loaded = await loadConfig({ ...request, directory, stop, environment, known: knownKinds() });
      if (loaded.ok) return loaded.value;
      await printDiagnostics(loaded.error);
      throw new Refusal('The config is not valid; nothing was done.', [], exitCodes.invalid);
    },
  };
}
