// Level: example. The launchers that run before anything is installed: their lock, and what they refuse.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './plain-git.ts';

const lockModule = join(root, 'scripts/lib/lock.mjs');

/** Takes the lock in a process of its own, which then does `next`. */
function takeLock(file: string, next = ''): { readonly args: readonly string[] } {
  const code = `import { lock } from ${JSON.stringify(lockModule)};
const held = await lock(${JSON.stringify(file)}, { waitMs: 0 });
console.log(held.taken ? 'taken' : 'held by ' + held.holder.pid);
${next}`;
  return { args: ['--input-type=module', '-e', code] };
}

function tryLock(file: string): string {
  return spawnSync(process.execPath, takeLock(file, 'process.exit(0);').args, { encoding: 'utf8' }).stdout.trim();
}

describe('the lock of set-up and demo', () => {
  const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'tallyman-lock-')), 'x.lock');

  test('is taken by one at a time, and by the next when its holder was killed', async () => {
    const file = newFile();
    const holder = spawn(process.execPath, takeLock(file, 'setInterval(() => {}, 1000);').args);
    await once(holder.stdout, 'data');
    expect(tryLock(file)).toBe(`held by ${holder.pid ?? 0}`);
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    expect(tryLock(file)).toBe('taken');
  });

  test('is held on by a child that outlives its holder', () => {
    const file = newFile();
    const next = `import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
child.unref();
held.hold(child);
console.log(child.pid);
process.exit(0);`;
    const { stdout } = spawnSync(process.execPath, takeLock(file, next).args, { encoding: 'utf8' });
    const orphan = Number(stdout.trim().split('\n')[1]);
    expect(tryLock(file)).toBe(`held by ${orphan}`);
    process.kill(orphan, 'SIGKILL');
    let answer = '';
    for (let turn = 0; turn < 50 && answer !== 'taken'; turn += 1) answer = tryLock(file);
    expect(answer).toBe('taken');
  });
});

describe('the demo', () => {
  const demo = (...args: string[]): { readonly code: number | null; readonly said: string } => {
    const run = spawnSync(process.execPath, [join(root, 'scripts/demo.mjs'), ...args], { encoding: 'utf8' });
    return { code: run.status, said: run.stdout + run.stderr };
  };

  test('refuses a folder that holds something else, and leaves it as it is', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tallyman-other-'));
    writeFileSync(join(directory, 'thesis.tex'), 'x');
    for (const more of [[], ['--fresh']]) {
      const { code, said } = demo('--dir', directory, ...more);
      expect(code).toBe(3);
      expect(said).toContain(`${directory} is not empty and is no demo, expected a new or empty folder`);
    }
    expect(readdirSync(directory)).toEqual(['thesis.tex']);
  });

  test('says what it can do, also when asked for something it cannot', () => {
    expect(demo('--help')).toMatchObject({ code: 0 });
    const { code, said } = demo('--frsh');
    expect(code).toBe(2);
    expect(said).toMatch(/--frsh[^]*Usage: npm run demo/);
  });
});
