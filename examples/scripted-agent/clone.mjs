// git inside the agent's own clone.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const git = (clone, ...args) =>
  execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** The root of the clone we were started in; our folder may be one below it. */
export const topLevel = () => git(process.cwd(), 'rev-parse', '--show-toplevel');

/** Commits exactly these files, if they differ from what is committed. */
export function commitEdits(clone, edits, message) {
  // Nobody else works here: a lock is left from a predecessor that was killed in the middle of its commit.
  rmSync(join(clone, '.git', 'index.lock'), { force: true });
  const paths = edits.map(({ path }) => path);
  git(clone, 'add', '--', ...paths);
  if (git(clone, 'diff', '--cached', '--name-only', '--', ...paths) === '') return;
  git(clone, 'commit', '-m', message, '--', ...paths);
}

/** The newest commit, if there is any on top of where we started. */
export function commitsSince(clone, base) {
  const head = git(clone, 'rev-parse', 'HEAD');
  return head === base ? undefined : head;
}
