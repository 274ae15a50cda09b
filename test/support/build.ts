/** Global set-up: dist/ is up to date, because supervised steps and workers run as processes of their own. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ownFiles } from '../../src/own-files.ts';

export default function setup(): void {
  execFileSync(process.execPath, [join(ownFiles.root, 'scripts/build.mjs'), '--if-needed'], { stdio: 'inherit' });
}
