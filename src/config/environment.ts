/**
 * The only reader of process.env (crash-point.ts is the named exception).
 * Gives what Tallyman itself takes from the environment, and the part of it that programs inherit.
 */
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Environment {
  readonly variables: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  /** True when the standard Temporal environment configuration names a server or a file. */
  readonly hasTemporalConfiguration: boolean;
  readonly colour: 'always' | 'never' | 'auto';
  /** Width of the terminal as the user set it. */
  readonly columns?: number;
  /** Who gives an order, for the history. */
  readonly user: string;
}

const temporalVariables = ['TEMPORAL_ADDRESS', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'];

export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) if (value !== undefined) variables[name] = value;
  const columns = Number(variables['COLUMNS']);
  return {
    variables,
    stateDirectory: join(stateHome(variables), 'tallyman'),
    hasTemporalConfiguration: temporalVariables.some((name) => isSet(variables[name])),
    colour: colourOf(variables),
    ...(Number.isInteger(columns) && columns > 0 ? { columns } : {}),
    user: variables['USER'] ?? variables['LOGNAME'] ?? userName(),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // A container may run under a number that has no name.
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** A relative XDG_STATE_HOME is invalid by its specification and is ignored. */
function stateHome(variables: Readonly<Record<string, string>>): string {
  const set = variables['XDG_STATE_HOME'] ?? '';
  return isAbsolute(set) ? set : join(variables['HOME'] ?? homedir(), '.local', 'state');
}

function colourOf(variables: Readonly<Record<string, string>>): Environment['colour'] {
  if (isSet(variables['NO_COLOR']) || variables['TERM'] === 'dumb') return 'never';
  return isSet(variables['FORCE_COLOR']) && variables['FORCE_COLOR'] !== '0' ? 'always' : 'auto';
}

/** Names never handed on: they would steer git or every Node program from outside, or carry the server's credentials to agents. */
const withheld = /^(GIT_.*|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV|TEMPORAL_.*|TALLYMAN_.*)$/;

/** Names that may not be listed in an agent's `env`. */
export function isUnsafeVariable(name: string): boolean {
  return name === '*' || withheld.test(name);
}

const usual =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|TERM|XDG_.*|SSH_AUTH_SOCK|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|(https?|no|all|HTTPS?|NO|ALL)_(proxy|PROXY)|npm_config_.*|NPM_CONFIG_.*|PNPM_HOME|COREPACK_.*|NVM_.*|VOLTA_HOME|JAVA_HOME|GOPATH|GOROOT|CARGO_HOME|RUSTUP_HOME|PYENV_ROOT|VIRTUAL_ENV|PIP_.*)$/;

/** The usual variables of a shell session, which set-up, gates and agents inherit. */
export function inheritedVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => usual.test(name)));
}
