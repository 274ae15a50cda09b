/**
 * The config of a directory: file, package.json key or defaults, checked. Every problem at once, with its place.
 * Asks nothing of git or of the remote: what those add is filled in by run-settings.ts.
 */
import { isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { checkNames } from './check-names.ts';
import type { HostSettings } from './config.ts';
import type { Environment } from './environment.ts';
import { type ConfigPlace, findConfig, readPlace } from './find-config.ts';
import { keysAt } from './keys.ts';
import type { KnownKinds } from './known-kinds.ts';
import { diagnosticOf, pathText, placed, type Problem, problemsOf, type ReportedFile } from './problems.ts';
import { type ConfigFile, configFileSchema } from './schema.ts';
import { findSecrets } from './secrets.ts';

export interface LoadRequest {
  readonly directory: string;
  /** Looked for up to here: the root of the repository, or `directory` outside one. */
  readonly stop: string;
  /** A file named on the command line. */
  readonly file?: string;
  readonly environment: Environment;
  readonly known: KnownKinds;
  readonly overrides?: { readonly plan?: string; readonly concurrency?: number };
}

/** The checked file, and this machine's part. */
export interface LoadedConfig {
  readonly file: ConfigFile;
  readonly host: HostSettings;
  readonly known: KnownKinds;
  /** A path, or `defaults`. */
  readonly source: string;
}

export async function loadConfig(from: LoadRequest): Promise<Result<LoadedConfig, readonly Diagnostic[]>> {
  const place = await (from.file === undefined ? findConfig(from.directory, from.stop) : named(from));
  if (place === 'missing') return err([missing(from.file ?? '')]);
  const checked = place === undefined ? ok(configFileSchema.parse({})) : await check(place, from);
  if (!checked.ok) return checked;
  const file = overridden(checked.value, from.overrides ?? {});
  return ok({ file, host: hostSettings(file, from.environment), known: from.known, source: place?.path ?? 'defaults' });
}

async function named(from: LoadRequest): Promise<ConfigPlace | 'missing'> {
  try {
    return await readPlace(resolve(from.directory, from.file ?? ''));
  } catch {
    return 'missing'; // Not there, a directory, or not ours to read: the advice is the same.
  }
}

function missing(file: string): Diagnostic {
  return {
    file,
    line: 1,
    column: 1,
    length: 1,
    severity: 'error',
    code: 'config-missing',
    message: `Unexpected file "${file}" that cannot be read, expected a config file`,
    advice: 'check the path given with `--config`',
  };
}

async function check(place: ConfigPlace, from: LoadRequest): Promise<Result<ConfigFile, readonly Diagnostic[]>> {
  // YAML and its places cost time that a folder without a config does not pay.
  const { readConfig } = await import('./read-config.ts');
  const raw = await readConfig(place);
  const file: ReportedFile = { place, raw, shown: shownPath(place.path, from.directory) };
  const rivals = place.rivals.map((rival) =>
    placed(
      file,
      { line: 1, column: 1, length: 1 },
      {
        code: 'config-twice',
        message: `Unexpected ${rival} beside ${file.shown}, expected one config file`,
        advice: 'keep one and delete the other',
      },
    ),
  );
  if (raw.problems.length > 0)
    return err([
      ...rivals,
      ...raw.problems.map((problem) =>
        placed(file, problem, {
          code: 'config-syntax',
          message: `Unexpected text (${problem.message}), expected ${languages[place.kind]}`,
          advice: 'mend the file there',
        }),
      ),
    ]);
  const data = raw.data ?? {};
  const parsed = configFileSchema.safeParse(data);
  const problems = [
    ...findSecrets(data).map(secretProblem),
    ...(parsed.success ? checkNames(parsed.data, from.known) : problemsOf(parsed.error.issues, data, keysAt)),
  ];
  const diagnostics = [...rivals, ...problems.map((problem) => diagnosticOf(file, problem))].sort(byPlace);
  return parsed.success && diagnostics.length === 0 ? ok(parsed.data) : err(diagnostics);
}

const languages: Readonly<Record<ConfigPlace['kind'], string>> = {
  yaml: 'YAML',
  json: 'JSON',
  package: 'JSON',
  code: 'a module whose default export is the config',
};

function shownPath(path: string, directory: string): string {
  const short = relative(directory, path);
  return short === '' || isAbsolute(short) || short.startsWith('../../..') ? path : short;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.line - b.line || a.column - b.column;
}

function secretProblem(found: { readonly path: readonly PropertyKey[]; readonly what: string }): Problem {
  return {
    path: found.path,
    at: 'value',
    code: 'config-secret',
    message: `Unexpected ${found.what} in \`${pathText(found.path)}\`, expected no secret in the config`,
    advice:
      'take it out, put it into the environment, name the variable in the `env` of the agent, and replace the secret: it may have been committed',
  };
}

function overridden(file: ConfigFile, overrides: NonNullable<LoadRequest['overrides']>): ConfigFile {
  return {
    ...file,
    ...(overrides.plan === undefined ? {} : { plan: { ...file.plan, path: overrides.plan } }),
    ...(overrides.concurrency === undefined ? {} : { concurrency: overrides.concurrency }),
  };
}

function hostSettings(file: ConfigFile, environment: Environment): HostSettings {
  const binary = file.temporal.binary;
  return {
    stateDirectory: file.host.stateDirectory ?? environment.stateDirectory,
    agents: file.host.agents,
    gatesAtOnce: file.gates.concurrency,
    temporal: environment.hasTemporalConfiguration
      ? { kind: 'configured' }
      : { kind: 'embedded', ...(binary === undefined ? {} : { binary }) },
    gitProtocols: file.git.protocols,
    variables: environment.variables,
  };
}
