// Starts children that try to escape: a new session, a double fork, nohup, one that holds standard output, one whose
// environment is empty. Writes their marks to stdout, then goes on for ever, or ends with `--ends`.
import { spawn } from 'node:child_process';

const tag = process.argv[2];
const stay = `exec -a ${tag} sleep 600`;
const bash = (script, options) =>
  spawn('/bin/bash', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit'], ...options });

bash(stay, { detached: true }).unref();
bash(`setsid bash -c '(${stay}) & exit' &`).unref();
bash(`nohup bash -c '${stay}' > /dev/null 2>&1 &`).unref();
bash(`trap "" TERM HUP; ${stay}`).unref();
bash(`env -i bash -c '${stay}'`).unref();
setTimeout(() => {
  process.stdout.write('left behind\n');
  if (process.argv.includes('--ends')) process.exit(0);
}, 300);
setInterval(() => undefined, 1000);
