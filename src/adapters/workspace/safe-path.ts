/** Steps into folders that an agent has touched: no symlink is followed, whatever stands there. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** One part of a path that is a name and nothing else. */
export function isPlainName(part: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,120}$/.test(part) && !part.includes('..');
}

/** `path` below `root` when every part of it is a real directory; undefined otherwise. `''` is the root itself. */
export async function realFolder(root: string, path: string): Promise<string | undefined> {
  let at = root;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || parts.includes('.git')) return undefined;
  if (!(await isRealFolder(at))) return undefined;
  for (const part of parts) {
    at = join(at, part);
    if (!(await isRealFolder(at))) return undefined;
  }
  return at;
}

export async function isRealFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
