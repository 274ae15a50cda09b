/**
 * Which run a command means: remote, branch, path and id of the plan, and so the settings of the run.
 * Asks the working copy and, for the default branch alone, the remote. Writes nothing.
 */
import { createGitOf } from '../../adapters/git/git.ts';
import { parseRemote, planIdOf, planNameOf, type Remote } from '../../adapters/git/names.ts';
import type { Git } from '../../adapters/git/port.ts';
import { RemoteUnreachable } from '../../adapters/git/port.ts';
import type { Config } from '../../config/config.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { settle } from '../../config/run-settings.ts';
import { secretIn } from '../../config/secrets.ts';
import { flag, numberOption, type Options, textOption } from '../command.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import type { WorkingCopy } from '../working-copy.ts';

export interface FoundRun {
  readonly config: Config;
  readonly git: Git;
  /** The same for other remotes that the config names. */
  readonly gitOf: (remote: string) => Git;
  readonly copy?: WorkingCopy;
}

export async function findRun(context: Context, options: Options): Promise<FoundRun> {
  const loaded = await loadWithOverrides(context, options);
  const copy = await context.workingCopy();
  const remote = checkRemote(chooseRemote(loaded, copy, context.directory), loaded);
  const gitOf = createGitOf({ stateDirectory: loaded.host.stateDirectory, protocols: loaded.host.gitProtocols });
  const git = gitOf(remote.url);
  const branch = loaded.file.plan.branch ?? (await defaultBranch(git));
  const path = loaded.file.plan.path;
  const id = planIdOf(remote, branch, path);
  const config = settle(loaded, {
    plan: { id, name: planNameOf(remote, path, id), remote: remote.url, branch },
    ...(copy?.author === undefined ? {} : { commitAuthor: copy.author }),
    allowRed: flag(options, 'allowRed'),
  });
  return { config, git, gitOf, ...(copy === undefined ? {} : { copy }) };
}

function loadWithOverrides(context: Context, options: Options): Promise<LoadedConfig> {
  const file = textOption(options, 'config');
  const plan = textOption(options, 'plan');
  const concurrency = numberOption(options, 'concurrency');
  return context.config({
    ...(file === undefined ? {} : { file }),
    overrides: {
      ...(plan === undefined ? {} : { plan: checkPath(plan) }),
      ...(concurrency === undefined ? {} : { concurrency }),
    },
  });
}

function checkPath(path: string): string {
  const plain = path.replace(/^\.\//, '');
  const parts = plain.split('/');
  if (parts.every((part) => !['', '.', '..', '.git'].includes(part))) return plain;
  throw new Refusal(
    `Unexpected --plan "${path}", expected a path inside the repository.`,
    ['Write it from the root of the repository, such as docs/tasks.md.'],
    exitCodes.invalid,
  );
}

function chooseRemote(loaded: LoadedConfig, copy: WorkingCopy | undefined, directory: string): string {
  const configured = loaded.file.plan.remote;
  if (configured !== undefined) return configured;
  if (copy === undefined)
    throw new Refusal(`${directory} is in no git repository, and the config names no remote.`, [
      'Change into your repository, or set `plan: { remote: ADDRESS }` in tallyman.config.yaml.',
    ]);
  if (copy.origin !== undefined) return copy.origin;
  throw new Refusal(
    `The repository ${copy.root} has no remote named origin; Tallyman lives on a remote, never in a working copy.`,
    copy.remotes.length === 0
      ? ['git remote add origin ADDRESS && git push -u origin HEAD']
      : [
          `It has ${copy.remotes.join(', ')}: set \`plan: { remote: ADDRESS }\` in tallyman.config.yaml to the address of the one meant.`,
        ],
  );
}

function checkRemote(address: string, loaded: LoadedConfig): Remote {
  const remote = parseRemote(address, loaded.host.gitProtocols);
  if (!remote.ok) throw new Refusal(remote.error);
  if (secretIn(address) !== undefined || /^https?:\/\/[^/@]+@/i.test(address))
    throw new Refusal(
      `The address of the remote ${remote.value.shown} holds a password or a token, and would carry it into the history.`,
      [
        'Take it out and let a credential helper give it: `git remote set-url origin ADDRESS`, `git config --global credential.helper store`.',
      ],
    );
  return remote.value;
}

async function defaultBranch(git: Git): Promise<string> {
  const branch = await reachable(() => git.defaultBranch());
  if (branch !== undefined) return branch;
  throw new Refusal(`The remote ${git.remote} is empty: it has no branch to find a plan on.`, [
    'git push -u origin HEAD',
  ]);
}

/** What git throws when the remote does not answer, as a refusal. */
export async function reachable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RemoteUnreachable) throw new Refusal(error.message);
    throw error;
  }
}
