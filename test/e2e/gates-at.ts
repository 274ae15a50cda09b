import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gates of the demo's code base that are red at a ref of a bare repository, run in a fresh clone, as `ref gate: output`. */
export function gatesAt(bare: string, ref: string): readonly string[] {
  const clone = mkdtempSync(join(tmpdir(), 'tallyman-gates-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--branch', ref, bare, clone]);
    return ['lint', 'typecheck', 'test'].flatMap((gate) => {
      const run = spawnSync(process.execPath, [`scripts/${gate}.mjs`], { cwd: clone, encoding: 'utf8' });
      return run.status === 0 ? [] : [`${ref} ${gate}: ${run.stdout}${run.stderr}`];
    });
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}
