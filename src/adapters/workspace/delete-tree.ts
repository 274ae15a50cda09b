/** Deletes a folder of ours: renamed out of the way first, so that a name is free or whole at any moment, then deleted without following a symlink. */
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './safe-path.ts';

/** Folder of things on their way out, in the root of the workspaces. */
export const trashName = '.trash';

export async function deleteTree(root: string, path: string): Promise<void> {
  const trash = join(root, trashName);
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const away = join(trash, randomBytes(8).toString('hex'));
  try {
    await rename(path, away);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await deleteNow(away);
}

/** What an interrupted deletion left. */
export async function emptyTrash(root: string): Promise<void> {
  const trash = join(root, trashName);
  for (const name of await namesIn(trash)) await deleteNow(join(trash, name));
}

export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function deleteNow(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A build can leave folders without write permission, from which nothing can be removed.
    await openUp(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function openUp(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink() || !found.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openUp(join(path, name)).catch(() => unlink(join(path, name)));
}
