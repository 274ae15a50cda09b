// What a playbook wants a file to be. Whole files, so that writing them twice is the same as once.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** The files of playbook entries, `files` (path to text) and the folder `changes`, seen from the playbook; a later entry wins. */
export function editsOf(entries, playbook) {
  const texts = new Map();
  for (const { changes, files = {} } of entries) {
    const folder = changes === undefined ? undefined : resolve(dirname(playbook), changes);
    for (const file of folder === undefined ? [] : filesBelow(folder))
      texts.set(relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8'));
    for (const [path, text] of Object.entries(files)) texts.set(path, text);
  }
  return [...texts].map(([path, text]) => ({ path, text })).sort((a, b) => a.path.localeCompare(b.path));
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
