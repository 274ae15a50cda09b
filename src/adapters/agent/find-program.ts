/** Whether a program can be started, looked up as the system would: a path as it is, a bare name on PATH. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** `relative`: a path from the repository's folder, which is not there yet. */
export async function findProgram(
  file: string,
  path: string,
): Promise<{ readonly kind: 'found' | 'relative'; readonly at: string } | { readonly kind: 'missing' }> {
  if (!isAbsolute(file) && file.includes('/')) return { kind: 'relative', at: file };
  const places = isAbsolute(file)
    ? [file]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, file));
  for (const place of places) if (await isProgram(place)) return { kind: 'found', at: place };
  return { kind: 'missing' };
}

async function isProgram(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK);
    return (await stat(place)).isFile();
  } catch {
    return false; // Not there, or not ours to run: the next folder of PATH may have it.
  }
}
