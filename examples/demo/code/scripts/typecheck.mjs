// `npm run typecheck`: links every module (a missing import or export ends here), compares each exported function with
// its description, and each contract in `checks/contracts/` with the module it is about.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, modules, root } from './tree.mjs';

const problems = [];
const say = (file, line, message) => problems.push(`${file}:${line}  ${message}`);

/** Names of a function's parameters, from its source; one taken apart or with a default counts by its place. */
function parametersOf(source) {
  const inside = /^(?:async\s+)?function\s*\*?\s*\w*\s*\(([^)]*)\)/.exec(source)?.[1] ?? /^(?:async\s+)?\(?([^)=]*)\)?\s*=>/.exec(source)?.[1] ?? '';
  const flat = inside.replace(/\{[^}]*\}/g, '{}').trim();
  return flat === '' ? [] : flat.split(',').map((text) => text.split('=')[0].trim()).filter((text) => text !== '');
}

function checkDescription(file, text, name, value) {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^export (async )?(function|const) ${name}\\b`).test(line));
  if (at === -1) return say(file, 1, `${name} is exported, but not where it is written`);
  const start = lines.lastIndexOf('/**', at);
  const block = lines[at - 1]?.trim() === '*/' && start !== -1 ? lines.slice(start, at).join('\n') : '';
  if (block === '') return say(file, at + 1, `${name} has no description: expected a /** block with @param and @returns`);
  const described = [...block.matchAll(/@param \{[^\n]*?\} (\w+)/g)].map((match) => match[1]);
  const real = parametersOf(value.toString());
  const same = described.length === real.length && real.every((parameter, index) => parameter === '{}' || parameter === described[index]);
  if (!same) say(file, at + 1, `${name}(${real.join(', ')}) is described as (${described.join(', ')})`);
  if (!block.includes('@returns')) say(file, at + 1, `${name} is described without @returns`);
}

const linked = new Map();
for (const file of modules()) {
  try {
    linked.set(file, await import(pathToFileURL(join(root, file)).href));
  } catch (error) {
    say(file, 1, `does not link: ${error.message}`);
    continue;
  }
  const text = readFileSync(join(root, file), 'utf8');
  for (const [name, value] of Object.entries(linked.get(file))) {
    if (typeof value === 'function' && !value.toString().startsWith('class')) checkDescription(file, text, name, value);
  }
}

for (const path of filesBelow('checks/contracts', '.json')) {
  const contract = JSON.parse(readFileSync(join(root, path), 'utf8'));
  const module = linked.get(contract.module);
  if (module === undefined) {
    say(path, 1, `${contract.module} is not there`);
    continue;
  }
  for (const [name, expected] of Object.entries(contract.exports)) {
    const value = module[name];
    if (typeof value !== expected.type) say(contract.module, 1, `${name} is ${typeof value}, expected ${expected.type} (${path})`);
    else if (expected.type === 'function') {
      const real = parametersOf(value.toString()).length;
      if (real !== expected.parameters) say(contract.module, 1, `${name} takes ${real} parameter(s), expected ${expected.parameters} (${path})`);
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? `typecheck: ${linked.size} modules, all consistent` : `typecheck: ${problems.length} problem(s)`);
process.exitCode = problems.length === 0 ? 0 : 1;
