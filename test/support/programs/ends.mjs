// Ends as it is told: `ends.mjs code 3`, `ends.mjs signal SIGKILL`. Repeats its standard input, its marker and its arguments first.
import { readFileSync, writeSync } from 'node:fs';

writeSync(1, readFileSync(0));
writeSync(
  1,
  `marker=${process.env.TALLYMAN_STEP ?? 'none'} extra=${process.env.EXTRA ?? 'none'} cwd=${process.cwd()}\n`,
);
writeSync(2, 'to stderr\n');
const [how, value] = process.argv.slice(2);
if (how === 'code') process.exit(Number(value));
process.kill(process.pid, value);
setInterval(() => undefined, 1000);
