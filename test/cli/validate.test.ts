// Level: end to end, one process (the built command; no network).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownFiles } from '../../src/own-files.ts';
import { badPlan, type Folder, goodPlan, makeFolder, stackTrace } from './run-tallyman.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

describe('validate', () => {
  test('a valid plan gives one line and exit 0', async () => {
    folder.write({ 'docs/tasks.md': goodPlan });
    const ended = await folder.run(['validate', 'docs/tasks.md']);
    expect(ended).toMatchObject({ code: 0, stdout: 'docs/tasks.md: valid, 3 tasks in 1 phase\n', stderr: '' });
  });

  test('without a name the plan of the working copy is meant, also from a folder below', async () => {
    folder.git('init', '--quiet');
    folder.write({ 'docs/tasks.md': goodPlan, 'apps/web/x': '' });
    const ended = await folder.run(['validate'], { in: 'apps/web' });
    expect(ended).toMatchObject({ code: 0, stdout: '../../docs/tasks.md: valid, 3 tasks in 1 phase\n' });
  });

  test('every problem is listed with its place, and the exit code is 2', async () => {
    folder.write({ 'docs/tasks.md': badPlan });
    const ended = await folder.run(['validate', 'docs/tasks.md']);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toMatch(/^docs\/tasks\.md:8:\d+ {2}unknown-dependency {2}.*MS-SEC-010/m);
    expect(ended.stdout).toMatch(/^docs\/tasks\.md:9:\d+ {2}status-word/m);
    expect(ended.stdout).toMatch(/\^/);
    expect(ended.stdout).toMatch(/docs\/tasks\.md: 2 errors\n$/);
  });

  test('--json gives the same as data, alone on stdout', async () => {
    folder.write({ 'a.md': badPlan, 'b.md': goodPlan });
    const ended = await folder.run(['validate', 'a.md', 'b.md', '--json']);
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    const data = JSON.parse(ended.stdout) as { files: { diagnostics: unknown[] }[] };
    expect(data).toMatchObject({
      version: 1,
      files: [
        { file: 'a.md', valid: false },
        { file: 'b.md', valid: true, tasks: 3, phases: 1, diagnostics: [] },
      ],
    });
    expect(data.files[0]?.diagnostics).toContainEqual(
      expect.objectContaining({ file: 'a.md', line: 8, severity: 'error' }),
    );
  });

  test.each([
    ['a file that is not there', ['validate', 'no.md'], /no\.md:1:1 {2}missing-file .*no file there/],
    ['a directory', ['validate', '.'], /missing-file .*a directory/],
    ['no plan at all', ['validate'], /docs\/tasks\.md:1:1 {2}missing-file/],
  ])('%s is a diagnostic, not a crash', async (_name, args, text) => {
    const ended = await folder.run(args);
    expect(ended.code).toBe(2);
    expect(ended.stdout).toMatch(text);
    expect(ended.stdout + ended.stderr).not.toMatch(stackTrace);
  });

  test('a pipe that nobody writes to, a device and a file of gigabytes are refused at once', async () => {
    spawnSync('mkfifo', ['pipe.md'], { cwd: folder.path });
    spawnSync('truncate', ['-s', '3G', 'big.md'], { cwd: folder.path });
    const ended = await folder.run(['validate', 'pipe.md', '/dev/zero', 'big.md']);
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(ended.stdout).toMatch(/pipe\.md:1:1 {2}empty-file/);
    expect(ended.stdout).toMatch(/zero:1:1 {2}missing-file .*a device/);
    expect(ended.stdout).toMatch(/big\.md:1:1 {2}limits .*more than 16777216 bytes/);
  });

  test('a pipe that is written to is read', () => {
    folder.write({ 'a.md': goodPlan });
    const line = `"${process.execPath}" "${ownFiles.client}" validate <(sleep 0.1; cat a.md)`;
    const ended = spawnSync('bash', ['-c', line], { cwd: folder.path, encoding: 'utf8' });
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('valid, 3 tasks') as string });
  });

  test('a name with control characters is shown harmless, and what is left out is counted', async () => {
    const rows = Array.from({ length: 700 }, (_, n) => `| MS-SEC-${n + 1} | wrong | x | | |`);
    folder.write({ 'a\u001b[31m.md': [...goodPlan.split('\n').slice(0, 6), ...rows, ''].join('\n') });
    const ended = await folder.run(['validate', 'a\u001b[31m.md']);
    expect(ended.stdout).not.toContain('\u001b');
    expect(ended.stdout).toMatch(/: 500 errors and 200 more problems\n$/);
    const data = JSON.parse((await folder.run(['validate', 'a\u001b[31m.md', '--json'])).stdout) as { files: object[] };
    expect(data.files[0]).toMatchObject({ total: 700 });
  });

  test('a wrong config ends it with all its problems, before any plan is read', async () => {
    folder.write({ 'docs/tasks.md': goodPlan, 'tallyman.config.yaml': 'concurency: 2\nattempts: 0\n' });
    const ended = await folder.run(['validate']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('did you mean `concurrency`?');
    expect(ended.stderr).toMatch(/tallyman\.config\.yaml:2:11 {2}config-value/);
  });

  test('the id pattern of the config counts', async () => {
    folder.write({
      'docs/tasks.md': goodPlan.replaceAll('MS-SEC-00', 't'),
      'tallyman.config.yaml': "plan: { idPattern: '^t\\d$' }",
    });
    expect((await folder.run(['validate'])).code).toBe(0);
  });

  test('colour comes only when asked for or on a terminal', async () => {
    folder.write({ 'docs/tasks.md': badPlan });
    expect((await folder.run(['validate', 'docs/tasks.md'])).stdout).not.toContain('\u001b');
    expect((await folder.run(['validate', 'docs/tasks.md'], { env: { FORCE_COLOR: '1' } })).stdout).toContain(
      '\u001b[31m',
    );
    const both = { FORCE_COLOR: '1', NO_COLOR: '1' };
    expect((await folder.run(['validate', 'docs/tasks.md'], { env: both })).stdout).not.toContain('\u001b');
  });

  test('a reader that goes away ends it quietly', () => {
    const rows = Array.from({ length: 5000 }, (_, n) => `| MS-SEC-${n + 1} | wrong | x | | |`);
    folder.write({ 'big.md': [...goodPlan.split('\n').slice(0, 6), ...rows, ''].join('\n') });
    const line = `"${process.execPath}" "${ownFiles.client}" validate big.md | head -n 1`;
    const ended = spawnSync('bash', ['-c', `set -o pipefail; ${line}`], { cwd: folder.path, encoding: 'utf8' });
    expect(ended.stdout.split('\n')).toHaveLength(2);
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
  });

  test('nothing is written', async () => {
    folder.write({ 'docs/tasks.md': badPlan });
    await folder.run(['validate', 'docs/tasks.md']);
    expect(existsSync(folder.state)).toBe(false);
  });
});

describe('plan and graph', () => {
  test('plan tells waves, critical path, widest parallelism and tokens', async () => {
    folder.write({ 'docs/tasks.md': goodPlan });
    const ended = await folder.run(['plan', 'docs/tasks.md']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('MS-SEC-001');
    expect(ended.stdout).toMatch(/20K/);
  });

  test('graph is Mermaid', async () => {
    folder.write({ 'docs/tasks.md': goodPlan });
    const ended = await folder.run(['graph', 'docs/tasks.md']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^(flowchart|graph) /m);
  });

  test.each(['plan', 'graph'])('%s counts the warnings on stderr', async (command) => {
    folder.write({ 'a.md': `${goodPlan}\n\`\`\`\nnever closed\n` });
    const ended = await folder.run([command, 'a.md']);
    expect(ended).toMatchObject({ code: 0, stderr: 'a.md: 1 warning; `tallyman validate` shows them.\n' });
  });

  test.each(['plan', 'graph'])('%s of a bad plan lists its problems on stderr and ends with 2', async (command) => {
    folder.write({ 'docs/tasks.md': badPlan });
    const ended = await folder.run([command, 'docs/tasks.md']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('unknown-dependency');
  });
});

describe('config', () => {
  test('shows the settings in force as a config file that means the same', async () => {
    folder.write({
      'tallyman.config.yaml': 'concurrency: 3\nagents: { me: { command: run-me, stall: 90s } }\nagent: me\n',
    });
    const shown = await folder.run(['config']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('stall: 90s');
    folder.write({ 'tallyman.config.yaml': shown.stdout });
    expect((await folder.run(['config'])).stdout).toBe(shown.stdout);
  });

  test('--keys names every key with its meaning', async () => {
    const ended = await folder.run(['config', '--keys']);
    expect(ended.stdout).toMatch(/^agents\.NAME\.stall \(default "10m"\)\n {4}Silent longer/m);
    expect(ended.stdout).toMatch(/^gates\.run\[\]\.timeout/m);
  });
});

describe('prompt', () => {
  test('shows what the agent of a task would be told', async () => {
    folder.write({
      'docs/tasks.md': goodPlan,
      'tallyman.config.yaml': 'gates: { run: [{ id: lint, command: make lint }] }',
    });
    const ended = await folder.run(['prompt', 'MS-SEC-002']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('Task Assignment: MS-SEC-002');
    expect(ended.stdout).toContain('Lock it');
    expect(ended.stdout).toContain('make lint');
  });

  test('an unknown id offers the nearest', async () => {
    folder.write({ 'docs/tasks.md': goodPlan });
    const ended = await folder.run(['prompt', 'MS-SEC-02']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('Did you mean MS-SEC-00');
  });
});

describe('the command line', () => {
  test('--help lists every command by group, with the exit codes', async () => {
    const ended = await folder.run(['--help']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    for (const text of [
      'Before a run:',
      'A run:',
      'Looking:',
      'Steering:',
      'validate',
      'approve',
      'Exit codes:',
      '130  interrupted',
    ])
      expect(ended.stdout).toContain(text);
  });

  test.each([
    ['no command', [], 2, /Usage: tallyman/],
    ['a mistyped command', ['validat'], 2, /Did you mean `tallyman validate`\?/],
    ['an unknown option', ['validate', '--jsn'], 2, /--jsn/],
    ['a missing argument', ['why'], 2, /missing required argument 'ID'/],
    ['an argument too many', ['graph', 'a', 'b'], 2, /too many arguments/],
    ['a number that is none', ['run', '--concurrency', 'many'], 2, /Expected a whole number from 1/],
    ['zero agents', ['run', '--concurrency', '0'], 2, /Expected a whole number from 1/],
    ['an id that is none', ['why', '../x'], 2, /expected an id of the plan/],
    ['a setting that cannot be set', ['set', 'attempts', '4'], 2, /expected `set concurrency N`/],
    ['a plan outside the repository', ['run', '--plan', '../x.md'], 2, /expected a path inside the repository/],
  ])('%s is explained on stderr', async (_name, args, code, text) => {
    const ended = await folder.run(args);
    expect(ended.stderr).toMatch(text);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).not.toMatch(stackTrace);
  });

  test('--version is the version of the package', async () => {
    expect((await folder.run(['--version'])).stdout).toBe(`${ownFiles.version()}\n`);
  });

  test('every command has a help of its own', async () => {
    const ended = await folder.run(['run', '--help']);
    expect(ended.code).toBe(0);
    for (const text of ['Usage: tallyman run', '--take-over', 'Ctrl-C once', 'Examples:'])
      expect(ended.stdout).toContain(text);
  });
});
