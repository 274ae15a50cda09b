// `npm run lint`: every rule on every file it is on for. Prints `file:line  rule  message`, exit 1 when there is any.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { always, optional } from './lint-rules.mjs';
import { filesBelow, modules, root, tests } from './tree.mjs';

const linesOf = (path) => readFileSync(join(root, path), 'utf8').split('\n');
const problems = [];

function apply(rule, check, files) {
  for (const file of files) {
    for (const { line, message } of check(linesOf(file))) problems.push({ file, line, rule, message });
  }
}

const files = [...modules(), ...tests()];
for (const [rule, check] of Object.entries(always)) apply(rule, check, files);
for (const path of filesBelow('checks/lint', '.json')) {
  const { rule, folder, ending } = JSON.parse(readFileSync(join(root, path), 'utf8'));
  if (optional[rule] === undefined) problems.push({ file: path, line: 1, rule: 'unknown-rule', message: `there is no rule ${rule}` });
  else apply(rule, optional[rule], filesBelow(folder, ending));
}

problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
for (const { file, line, rule, message } of problems) console.error(`${file}:${line}  ${rule}  ${message}`);
console.log(problems.length === 0 ? `lint: ${files.length} files, nothing to say` : `lint: ${problems.length} problem(s)`);
process.exitCode = problems.length === 0 ? 0 : 1;
