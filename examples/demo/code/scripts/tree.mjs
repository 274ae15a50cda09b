// Where the code lies: read by lint, typecheck and test.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every file below a folder of the repository, as sorted paths with `/`, whatever the system. */
export function filesBelow(folder, ending) {
  const from = join(root, folder);
  if (!existsSync(from)) return [];
  const found = [];
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(path, ending));
    else if (path.endsWith(ending)) found.push(relative(root, join(root, path)).split(sep).join('/'));
  }
  return found.sort();
}

const workspaces = ['api', 'web', 'orchestrator', 'coordinator'];

export const modules = () => workspaces.flatMap((name) => filesBelow(`apps/${name}/src`, '.mjs'));
export const tests = () => [...workspaces.flatMap((name) => filesBelow(`apps/${name}/test`, '.test.mjs')), ...filesBelow('test', '.test.mjs')];
