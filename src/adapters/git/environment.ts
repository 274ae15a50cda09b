/**
 * The environments git runs in. Local plumbing reads no configuration but that of our own cache, so that nothing a user
 * or an agent configured (hooks, filters, signing, pagers) has a say in what commits we make. Only commands that talk to
 * the remote get the user's configuration, because that is where credential helpers, proxies and ssh commands are;
 * they run in our cache, never in a folder an agent has touched, and never ask.
 */

/** What git needs of the world around it, beside its own variables. */
const inherited = /^(PATH|HOME|USER|LOGNAME|TMPDIR|XDG_CONFIG_HOME|XDG_RUNTIME_DIR|SYSTEMROOT)$/;
/** For the network: agents, proxies, certificates, and the `GIT_` variables that say how to connect. */
const forNetwork =
  /^(SSH_AUTH_SOCK|SSH_AGENT_PID|(https?|all|no)_proxy|CURL_CA_BUNDLE|SSL_CERT_(FILE|DIR)|KRB5CCNAME|DBUS_SESSION_BUS_ADDRESS|GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|HTTP_\w+|PROXY_\w+|CONFIG_(COUNT|KEY_\d+|VALUE_\d+|GLOBAL|SYSTEM|NOSYSTEM)))$/i;

const fixed = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ADVICE: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
} as const;

export type Environment = Readonly<Record<string, string>>;

function pick(source: NodeJS.ProcessEnv, names: readonly RegExp[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && names.some((pattern) => pattern.test(name))) picked[name] = value;
  }
  return picked;
}

export function localEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  return {
    ...pick(source, [inherited]),
    ...fixed,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
  };
}

/** `SSH_ASKPASS_REQUIRE=never`: without a terminal ssh would open a window and wait for it. */
export function networkEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  return { ...pick(source, [inherited, forNetwork]), ...fixed, SSH_ASKPASS_REQUIRE: 'never' };
}
