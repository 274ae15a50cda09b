/** Where a program lies, found before anything is started: behind a wrapper a missing program would look like one that ran and failed. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export type FoundProgram = { readonly path: string } | { readonly problem: string };

export async function findProgram(
  file: string,
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<FoundProgram> {
  if (!(await isDirectory(directory))) {
    return {
      problem: `The working directory ${directory} does not exist. It must be there before the program starts.`,
    };
  }
  if (file.includes('/')) {
    const path = resolve(directory, file);
    if (await isProgram(path)) return { path };
    return {
      problem: `${path} is no program that can be run. Mend the command in the config, or make the file executable.`,
    };
  }
  const searched = (env['PATH'] ?? '').split(':').filter((part) => part !== '');
  for (const part of searched) {
    const path = resolve(directory, join(part, file));
    if (await isProgram(path)) return { path };
  }
  return {
    problem: `The program "${file}" was not found in PATH (${searched.join(':') || 'empty'}). Install it there, or mend the command in the config.`,
  };
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function isProgram(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
