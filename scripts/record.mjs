#!/usr/bin/env node
// Records the histories of test/replay anew: after a change of the workflows' commands that an ADR explains.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, 'test/replay/histories'), { recursive: true });
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'record'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TALLYMAN_RECORD: '1' } },
);
process.exit(status ?? 1);
