// What a playbook wants a file to be. Whole files, so that writing them twice is the same as once.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** The files of a playbook's entry: `files` (path to text) and the folder `changes`, seen from the playbook. */
export function editsOf({ files = {}, changes }, playbook) {
  const inline = Object.entries(files).map(([path, text]) => ({ path, text }));
  if (changes === undefined) return inline;
  const folder = join(dirname(playbook), changes);
  const fromFolder = filesBelow(folder).map((file) => ({
    path: relative(folder, file).split(sep).join('/'),
    text: readFileSync(file, 'utf8'),
  }));
  return [...inline, ...fromFolder].sort((a, b) => a.path.localeCompare(b.path));
}

/** Writes them, whole or not at all, and gives the paths that were different. */
export function writeEdits(clone, edits) {
  return edits
    .filter(({ path, text }) => {
      const file = join(clone, path);
      if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
      mkdirSync(dirname(file), { recursive: true });
      const draft = join(clone, '.git', 'scripted-agent.draft');
      writeFileSync(draft, text);
      renameSync(draft, file);
      return true;
    })
    .map(({ path }) => path);
}
