/** What the repository says in whose folder the command was called. Reads; writes nothing and runs no hook. */
import { execFile } from 'node:child_process';
import { Refusal } from './refusal.ts';

export interface WorkingCopy {
  /** Absolute. */
  readonly root: string;
  /** Missing on a detached HEAD. */
  readonly branch?: string;
  /** Address of `origin`. */
  readonly origin?: string;
  /** Names of the other remotes. */
  readonly remotes: readonly string[];
  /** `user.name` as git knows it here. */
  readonly user?: string;
  readonly author?: { readonly name: string; readonly email: string };
}

const askMs = 10_000;

/** Undefined outside a repository. Refuses when git is not there. */
export async function findWorkingCopy(
  directory: string,
  variables: Readonly<Record<string, string>>,
): Promise<WorkingCopy | undefined> {
  const ask = (...args: string[]) => git(directory, variables, args);
  const root = await ask('rev-parse', '--show-toplevel');
  if (root === undefined) return undefined;
  const [branch, remotes, origin, name, email] = await Promise.all([
    ask('symbolic-ref', '--quiet', '--short', 'HEAD'),
    ask('remote'),
    ask('remote', 'get-url', 'origin'),
    ask('config', 'user.name'),
    ask('config', 'user.email'),
  ]);
  return {
    root,
    ...(branch === undefined ? {} : { branch }),
    ...(origin === undefined ? {} : { origin }),
    remotes: (remotes ?? '').split('\n').filter((remote) => remote !== '' && remote !== 'origin'),
    ...(name === undefined ? {} : { user: name }),
    ...(name === undefined || email === undefined ? {} : { author: { name, email } }),
  };
}

/** Whether the plan here holds something that the remote has not, as far as this repository knows. */
export async function ownChanges(
  copy: WorkingCopy,
  variables: Readonly<Record<string, string>>,
  path: string,
): Promise<'none' | 'uncommitted' | 'unpushed'> {
  const ask = (...args: string[]) => git(copy.root, variables, args);
  if ((await ask('status', '--porcelain', '--', path)) !== undefined) return 'uncommitted';
  const ahead = await ask('rev-list', '--count', 'HEAD', '--not', '--remotes=origin', '--', path);
  return ahead === undefined || ahead === '0' ? 'none' : 'unpushed';
}

/** First words of git's answer; undefined when it says no. */
function git(
  directory: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string | undefined> {
  // Called from a git hook, the repository of the hook would be meant instead of this folder's.
  const outer = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];
  const rest = Object.fromEntries(Object.entries(variables).filter(([name]) => !outer.includes(name)));
  const env = { ...rest, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  return new Promise((resolve, reject) => {
    execFile('git', [...args], { cwd: directory, env, timeout: askMs }, (error, stdout) => {
      if (error === null) resolve(stdout.trim() === '' ? undefined : stdout.trim());
      else if (error.code === 'ENOENT')
        reject(new Refusal('git is not installed, or not on PATH.', ['Install git 2.38 or newer.']));
      else resolve(undefined); // An exit code: git's way to say that there is none.
    });
  });
}
