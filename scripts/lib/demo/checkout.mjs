// What stands in for the user's own repository: a checkout of the remote with a config file, and the agent it names.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from './remote.mjs';

function replaceFile(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** The agent's own copy: it stays the same for a run that goes on after this checkout was updated. */
function copyAgent(place, examples) {
  if (existsSync(place.agent)) return;
  const draft = `${place.agent}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  cpSync(join(examples, '..', 'scripted-agent'), draft, { recursive: true });
  cpSync(join(examples, 'playbook.json'), join(draft, 'playbook.json'));
  cpSync(join(examples, 'changes'), join(draft, 'changes'), { recursive: true });
  renameSync(draft, place.agent);
}

/** Text that may stand between the double quotes of a YAML file. */
const quoted = (text) => JSON.stringify(text).slice(1, -1);

export function prepareCheckout(place, examples, address) {
  copyAgent(place, examples);
  if (!existsSync(place.checkout)) {
    const draft = `${place.checkout}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    git(place.directory, 'clone', '--quiet', address, draft);
    writeFileSync(join(draft, '.git', 'info', 'exclude'), 'tallyman.config.yaml\ntallyman.config.yaml.new\n');
    renameSync(draft, place.checkout);
  }
  const template = readFileSync(join(examples, 'tallyman.config.yaml'), 'utf8');
  const config = template
    .replaceAll('__NODE__', quoted(process.execPath))
    .replaceAll('__AGENT__', quoted(place.agent))
    .replaceAll('__DIR__', quoted(place.directory));
  replaceFile(join(place.checkout, 'tallyman.config.yaml'), config);
}

/** The checkout as a person would update it. */
export function updateCheckout(place) {
  git(place.checkout, 'fetch', '--quiet', 'origin');
  git(place.checkout, 'merge', '--quiet', '--ff-only', 'origin/main');
}
