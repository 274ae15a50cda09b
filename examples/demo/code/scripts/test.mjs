// `npm test`: every test of every workspace in this one process, then what the finished phases must have left behind.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inFile, registered } from './harness.mjs';
import { modules, root, tests } from './tree.mjs';

/** Paths of the modules that a test imports. */
function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map((match) => posix.join(posix.dirname(file), match[1]));
}

const failures = [];
const files = tests();
for (const file of files) {
  inFile(file);
  try {
    await import(pathToFileURL(join(root, file)).href);
  } catch (error) {
    failures.push(`${file}  could not be read: ${error.message}`);
  }
}

for (const { file, name, run } of registered) {
  try {
    await run();
  } catch (error) {
    failures.push(`${file}  ${name}\n    ${String(error.message).split('\n').slice(0, 6).join('\n    ')}`);
  }
}

// What a phase leaves behind has to be there once anything of a later phase is, or once all of the phase it closes is.
const phases = JSON.parse(readFileSync(join(root, 'checks/phases.json'), 'utf8'));
const there = (path) => existsSync(join(root, path));
const newest = phases.findLastIndex((phase) => phase.proofs.some(there));
const isWhole = (title) => phases.find((phase) => phase.title === title)?.proofs.every(there) ?? false;
for (const [index, phase] of phases.entries()) {
  if (index >= newest && !isWhole(phase.closes)) continue;
  for (const path of phase.proofs.filter((path) => !there(path))) {
    failures.push(`checks/phases.json  ${phase.title} has to be whole by now, but ${path} is missing`);
  }
}

const coverage = JSON.parse(readFileSync(join(root, 'checks/coverage.json'), 'utf8'));
const used = new Set(files.flatMap((file) => importsOf(file)));
const untested = modules().filter((path) => !used.has(path));
if (coverage.demand === 'every module') {
  for (const path of untested) failures.push(`${path}  is used by no test`);
}

for (const failure of failures) console.error(`not ok  ${failure}`);
console.log(`test: ${registered.length} tests in ${files.length} files, ${failures.length} failed; ${untested.length} modules without a test`);
process.exitCode = failures.length === 0 ? 0 : 1;
