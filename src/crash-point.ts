/**
 * Named crash points for fault tests; inert unless TALLYMAN_CRASH=<name>@<k> is set: the k-th time (from 1) the
 * process passes that point it kills itself, as a power cut would. TALLYMAN_CRASH_ONCE names a file: made at the
 * first crash, so that a restarted process with the same environment goes on.
 */
import { existsSync, writeFileSync } from 'node:fs';

const [crashName, crashAt] = (process.env['TALLYMAN_CRASH'] ?? '').split('@');
const once = process.env['TALLYMAN_CRASH_ONCE'];
let passed = 0;

export function crashPoint(name: string): void {
  if (name !== crashName) return;
  passed += 1;
  if (passed !== Number(crashAt ?? '1')) return;
  if (once !== undefined) {
    if (existsSync(once)) return;
    writeFileSync(once, name);
  }
  process.kill(process.pid, 'SIGKILL');
}
