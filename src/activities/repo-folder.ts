/** Where a task's code lies: which remote, which folder. Spec 6.3. */
import type { PlanSettings, RepoSettings } from '../contracts/run-settings.ts';
import type { Failure } from '../domain/failure.ts';
import type { Ports } from './ports.ts';

export function remoteOf(input: { readonly plan: PlanSettings; readonly repo: RepoSettings }): string {
  return input.repo.remote ?? input.plan.remote;
}

/** Folders that may be meant, in order; `''` is the root. */
export function foldersOf(repo: RepoSettings): readonly string[] {
  if (repo.path !== undefined) return [repo.path];
  return repo.name === '' || repo.remote !== undefined ? [''] : [`apps/${repo.name}`, `packages/${repo.name}`];
}

export interface RepoFolder {
  /** In the repository; `''` is its root. */
  readonly path: string;
  /** On this host. */
  readonly at: string;
}

/** The folder in a clone; undefined when none of them is there as a real directory. */
export async function findFolder(
  ports: Pick<Ports, 'workspaces'>,
  clone: string,
  repo: RepoSettings,
): Promise<RepoFolder | undefined> {
  for (const path of foldersOf(repo)) {
    const at = await ports.workspaces.folder(clone, path);
    if (at !== undefined) return { path, at };
  }
  return undefined;
}

export function repoMissing(repo: RepoSettings): Failure {
  return { reason: 'repo-missing', repo: repo.name, looked: foldersOf(repo).map((path) => (path === '' ? '.' : path)) };
}
