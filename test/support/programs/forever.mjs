// Runs until it is killed. Says that it has begun, and each argument: `--deaf` ignores SIGTERM, `--tell=FILE` appends its start and its end to a file.
import { appendFileSync } from 'node:fs';

const tell = process.argv.find((argument) => argument.startsWith('--tell='))?.slice('--tell='.length);
const say = (line) => {
  process.stdout.write(`${line}\n`);
  if (tell !== undefined) appendFileSync(tell, `${line}\n`);
};

process.on('SIGTERM', () => {
  say('asked to end');
  if (!process.argv.includes('--deaf')) process.exit(0);
});
setInterval(() => undefined, 1000);
say('begun');
