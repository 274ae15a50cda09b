// An agent that waits for leave: `patient-agent.mjs DIR` works once DIR/go-<task> is there, and writes what it does to DIR/journal.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv[2] ?? '.';
const task = process.env.TALLYMAN_TASK_ID;
const journal = (event) => appendFileSync(join(directory, 'journal'), `${task} ${event} ${process.pid}\n`);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

journal('started');
console.log(`${task} waits`);
// Bounded: a test that forgot it must not leave it behind.
for (let turn = 0; turn < 1200 && !existsSync(join(directory, `go-${task}`)); turn += 1)
  await new Promise((resolve) => setTimeout(resolve, 50));
writeFileSync(`${task}.txt`, `${task}\n`);
git('add', '--all');
git('commit', '--quiet', '-m', `fix(${task}): wait no longer`);
const result = { task_id: task, status: 'success', used: '1K', commit_sha: git('rev-parse', 'HEAD'), notes: 'waited' };
writeFileSync(process.env.TALLYMAN_RESULT, JSON.stringify(result));
journal('ended');
