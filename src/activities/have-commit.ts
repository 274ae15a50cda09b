/** Brings a commit of an attempt into the cache, wherever it is: the workspace that made it, the attempt's ref on the remote, or the cache itself. */
import { CommitUnknown, type Git } from '../adapters/git/port.ts';
import type { CommitSha } from '../domain/ids.ts';

export async function haveCommit(git: Git, clone: string, commit: CommitSha): Promise<void> {
  if (await git.fetchFrom(clone, commit)) return;
  try {
    await git.fetch(commit);
  } catch (error) {
    // A commit that Tallyman made (a rebased one, a merged start) stands nowhere but in the cache.
    if (!(error instanceof CommitUnknown)) throw error;
  }
}
