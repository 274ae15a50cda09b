// Runs stages one after another, shows each with its time, keeps the output of a failing one for the end, and prints the
// line that counts: `N passed, N failed`. A stage of tests counts its tests, any other stage counts as one.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** @typedef {{ name: string, file: string, args: string[], tests?: string }} Stage */

/** What needs no server: the inner loop. */
export const checks = [
  { name: 'format', file: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'types', file: bin('tsc'), args: ['-p', '.'] },
  { name: 'import rules', file: bin('depcruise'), args: ['src', '--config', '.dependency-cruiser.cjs'] },
  { name: 'dead code', file: bin('knip'), args: [] },
  {
    name: 'lint',
    file: bin('eslint'),
    args: ['.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint'],
  },
];

export function vitest(project) {
  const tests = join(root, '.cache', `vitest-${project}.json`);
  return {
    name: `${project} tests`,
    file: bin('vitest'),
    args: ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${tests}`],
    tests,
  };
}

/** @param {Stage[]} stages */
export async function runStages(stages) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const stage of stages) {
    const began = Date.now();
    process.stdout.write(`▸ ${stage.name} …\n`);
    const { code, output } = await run(stage);
    const counted = count(stage, code);
    for (const key of Object.keys(counts)) counts[key] += counted[key];
    const words = stage.tests === undefined ? '' : `, ${counted.passed} passed, ${counted.failed} failed`;
    process.stdout.write(
      `  ${code === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s${words}\n`,
    );
    if (code !== 0) failures.push({ stage, output });
  }
  for (const { stage, output } of failures)
    process.stdout.write(`\n──── ${stage.name} failed ────\n${output.slice(-60_000)}\n`);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function run(stage) {
  if (stage.tests !== undefined) rmSync(stage.tests, { force: true });
  return new Promise((resolve) => {
    const child = spawn(stage.file, stage.args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
    });
    let output = '';
    const keep = (bytes) => (output = (output + bytes).slice(-400_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function count(stage, code) {
  if (stage.tests === undefined) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  try {
    const report = JSON.parse(readFileSync(stage.tests, 'utf8'));
    const failed = report.numFailedTests === 0 && code !== 0 ? 1 : report.numFailedTests;
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // No report: the runner itself failed, and its output says why.
  }
}
