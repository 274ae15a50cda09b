/** Which file holds the config of a directory, and its text. One file counts: two in one folder are refused. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { lilconfig } from 'lilconfig';

export const configNames = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((kind) => `tallyman.config.${kind}`);

export interface ConfigPlace {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly kind: 'yaml' | 'json' | 'package' | 'code';
  /** Other config files of the same folder. */
  readonly rivals: readonly string[];
}

/** Looks in `directory` and above, up to `stop`; undefined when there is none. */
export async function findConfig(directory: string, stop: string): Promise<ConfigPlace | undefined> {
  const asIs = (_: string, content: string) => ({ content });
  const search = lilconfig('tallyman', {
    searchPlaces: [...configNames, 'package.json'],
    stopDir: stop,
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries(
      ['.ts', '.js', '.mjs', '.json', '.yaml', '.yml'].map((extension) => [
        extension,
        (path: string, content: string) =>
          basename(path) === 'package.json' ? manifest(content) : asIs(path, content),
      ]),
    ),
  });
  const found = await search.search(directory);
  return found === null ? undefined : readPlace(found.filepath);
}

/** A package.json that cannot be read counts as found, so that reading it says what is wrong. */
function manifest(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return { tallyman: {} }; // Only a SyntaxError is thrown here; readPlace's caller reports it with its place.
  }
}

/** The same for a file that was named. Throws when it cannot be read. */
export async function readPlace(path: string): Promise<ConfigPlace> {
  const name = basename(path);
  const folder = dirname(path);
  const kind =
    name === 'package.json'
      ? 'package'
      : extname(name) === '.json'
        ? 'json'
        : /^\.ya?ml$/.test(extname(name))
          ? 'yaml'
          : 'code';
  const rivals = configNames.includes(name)
    ? configNames.filter((other) => other !== name && existsSync(join(folder, other)))
    : [];
  return { path, text: await readFile(path, 'utf8'), kind, rivals };
}
