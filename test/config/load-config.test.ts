// Level: unit (a real folder, no network).
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallyman-config-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const known = {
  agents: ['command', 'claude', 'codex'],
  remoteProblem: (address: string) =>
    address.startsWith('https://') ? undefined : `Unexpected remote "${address}", expected https — serve it instead.`,
};

function load(from: string = directory, variables: Readonly<Record<string, string>> = { HOME: '/home/somebody' }) {
  return loadConfig({ directory: from, stop: directory, environment: readEnvironment(variables), known });
}

async function loaded(name: string, text: string): Promise<LoadedConfig> {
  await writeFile(join(directory, name), text);
  const result = await load();
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function problems(name: string, text: string): Promise<readonly Diagnostic[]> {
  await writeFile(join(directory, name), text);
  const result = await load();
  return result.ok ? [] : result.error;
}

const yaml = (text: string) => problems('tallyman.config.yaml', text);

describe('where the config is', () => {
  test('no file gives the defaults', async () => {
    const result = await load();
    expect(result).toMatchObject({
      ok: true,
      value: {
        source: 'defaults',
        file: { concurrency: 1, attempts: 3, agent: 'claude', plan: { path: 'docs/tasks.md' } },
      },
    });
  });

  test.each([
    ['tallyman.config.yaml', 'concurrency: 7'],
    ['tallyman.config.yml', 'concurrency: 7'],
    ['tallyman.config.json', '{ "concurrency": 7 }'],
    ['tallyman.config.mjs', 'export default { concurrency: 3 + 4 };'],
    ['tallyman.config.js', 'module.exports = { concurrency: 7 };'],
    ['tallyman.config.ts', 'const n: number = 7; export default { concurrency: n };'],
    ['package.json', '{ "name": "x", "tallyman": { "concurrency": 7 } }'],
  ])('%s is read', async (name, text) => {
    const { file, source } = await loaded(name, text);
    expect(file.concurrency).toBe(7);
    expect(source).toBe(join(directory, name));
  });

  test.each([
    ['tallyman.config.yaml', ''],
    ['tallyman.config.yaml', '# nothing yet\n'],
    ['tallyman.config.json', '  \n'],
    ['tallyman.config.mjs', 'export default {};'],
  ])('an empty %s gives the defaults', async (name, text) => {
    expect((await loaded(name, text)).file.concurrency).toBe(1);
  });

  test('a folder below finds the file of the repository, and nothing above it is looked at', async () => {
    const below = join(directory, 'repo', 'apps', 'web');
    await mkdir(below, { recursive: true });
    await writeFile(join(directory, 'tallyman.config.yaml'), 'concurrency: 9');
    await writeFile(join(directory, 'repo', 'tallyman.config.yaml'), 'concurrency: 2');
    const result = await loadConfig({
      directory: below,
      stop: join(directory, 'repo'),
      environment: readEnvironment({}),
      known,
    });
    expect(result.ok && result.value.file.concurrency).toBe(2);
  });

  test('two files in one folder are refused, because only one of them would count', async () => {
    await writeFile(join(directory, 'tallyman.config.json'), '{}');
    expect(await yaml('concurrency: 2')).toMatchObject([
      { code: 'config-twice', advice: 'keep one and delete the other' },
    ]);
  });

  test('a file named on the command line that cannot be read is said', async () => {
    const result = await loadConfig({
      directory,
      stop: directory,
      file: 'no.yaml',
      environment: readEnvironment({}),
      known,
    });
    expect(result).toMatchObject({ ok: false, error: [{ code: 'config-missing', file: 'no.yaml' }] });
  });
});

describe('values', () => {
  test('durations, sizes and commands are read', async () => {
    const { file } = await loaded(
      'tallyman.config.yaml',
      'setup: pnpm install "a b"\nagents: { me: { command: [node, a.mjs], stall: 90s, outputMax: 2KiB } }\npublish: { minInterval: 0s }',
    );
    expect(file.setup).toEqual(['pnpm', 'install', 'a b']);
    expect(file.agents['me']).toMatchObject({ stall: 90_000, outputMax: 2048, lease: 900_000 });
    expect(file.publish.minInterval).toBe(0);
  });

  test('a plan may be a path', async () => {
    expect((await loaded('tallyman.config.yaml', 'plan: work/todo.md')).file.plan).toMatchObject({
      path: 'work/todo.md',
      phases: 'auto',
      skipCi: true,
    });
  });

  test('the command line wins over the file', async () => {
    await writeFile(join(directory, 'tallyman.config.yaml'), 'concurrency: 2\nplan: { path: a.md, skipCi: false }');
    const overrides = { plan: 'b.md', concurrency: 6 };
    const result = await loadConfig({ directory, stop: directory, environment: readEnvironment({}), known, overrides });
    expect(result).toMatchObject({
      ok: true,
      value: { file: { concurrency: 6, plan: { path: 'b.md', skipCi: false } } },
    });
  });

  test('the state directory follows XDG_STATE_HOME, else HOME', async () => {
    const of = async (variables: Readonly<Record<string, string>>) => {
      const result = await load(directory, variables);
      return result.ok ? result.value.host.stateDirectory : '';
    };
    expect(await of({ XDG_STATE_HOME: '/s' })).toBe('/s/tallyman');
    expect(await of({ HOME: '/h' })).toBe('/h/.local/state/tallyman');
    expect(await of({ HOME: '/h', XDG_STATE_HOME: 'relative' })).toBe('/h/.local/state/tallyman');
  });
});

describe('bad values', () => {
  test.each([
    ['a typo of a key', 'concurency: 2', 1, 1, 'concurency', 'did you mean `concurrency`?'],
    ['a typo of an inner key', 'gates:\n  mod: all', 2, 3, 'gates.mod', 'did you mean `mode`?'],
    [
      'a typo in an entry',
      'agents:\n  me:\n    command: x\n    stal: 1m',
      4,
      5,
      'agents.me.stal',
      'did you mean `stall`?',
    ],
    [
      'a typo in a gate',
      'gates:\n  run:\n    - { id: a, command: x, timout: 1m }',
      3,
      28,
      'timout',
      'did you mean `timeout`?',
    ],
    ['a key that is like no other', 'zzzzzzzz: 2', 1, 1, 'zzzzzzzz', 'remove it'],
    ['zero agents', 'concurrency: 0', 1, 14, '`0` for `concurrency`, expected a whole number from 1 to 500', ''],
    ['a negative count', 'attempts: -1', 1, 11, 'a whole number from 1', ''],
    ['half an agent', 'concurrency: 1.5', 1, 14, '`1.5`', ''],
    ['a number as text', 'concurrency: "4"', 1, 14, '"4" for `concurrency`, expected a whole number', ''],
    ['too many agents', 'concurrency: 10000', 1, 14, 'to 500', ''],
    ['nothing as a count', 'concurrency:', 1, 1, 'Unexpected nothing for `concurrency`', ''],
    ['nothing for keys', 'gates:', 1, 1, 'Unexpected nothing for `gates`, expected keys with values', ''],
    ['a list at the top', '- a', 1, 1, 'Unexpected a list, expected keys with values', ''],
    ['a duration without a unit', 'setupTimeout: 10', 1, 15, 'a duration such as', ''],
    ['an unknown unit', 'setupTimeout: 10x', 1, 15, '"10x" for `setupTimeout`, expected a duration from', ''],
    ['a negative duration', 'setupTimeout: -5m', 1, 15, '"-5m"', ''],
    ['an absurd duration', 'setupTimeout: 1e99h', 1, 15, '"1e99h"', ''],
    ['no time at all', 'setupTimeout: 0s', 1, 15, '"0s"', ''],
    ['a week and more', 'setupTimeout: 8d', 1, 15, 'to `7d`', ''],
    ['a size without a unit', 'history: { bytes: 100 }', 1, 19, 'a size such as `64MiB`', ''],
    ['a size in the wrong unit', 'history: { bytes: 4MB }', 1, 19, '"4MB"', ''],
    ['a shell line', 'setup: npm ci && npm run build', 1, 8, 'without `&&`: no shell runs it', ''],
    ['a pipe', 'setup: npm ci | tee log', 1, 8, 'without `|`', ''],
    ['a variable', 'setup: echo $HOME', 1, 8, 'without `$H`', ''],
    ['an open quote', 'setup: "echo \'a"', 1, 8, 'quotes are closed', ''],
    ['an empty command', 'setup: ""', 1, 8, 'a command: one line of text', ''],
    ['an empty program', 'setup: [""]', 1, 1, 'a command: one line of text', ''],
    ['a shell line in a gate', 'gates: { run: [{ id: a, command: a || b }] }', 1, 34, '`gates.run[0].command`', ''],
    ['a gate without a command', 'gates: { run: [{ id: a }] }', 1, 16, 'nothing for `gates.run[0].command`', ''],
    [
      'two gates of one name',
      'gates: { run: [{ id: a, command: x }, { id: a, command: y }] }',
      1,
      45,
      'second gate named "a"',
      'rename',
    ],
    ['a path out of the repository', 'plan: ../tasks.md', 1, 7, 'a path inside the repository', ''],
    ['an absolute path', 'plan: { path: /etc/passwd }', 1, 15, 'a path inside the repository', ''],
    ['a home path', 'repos: { web: { path: ~/web } }', 1, 23, 'a path inside the repository', ''],
    ['a path into .git', 'prompt: { template: .git/config }', 1, 21, 'a path inside the repository', ''],
    ['a branch that is an option', 'branch: -x', 1, 9, 'a branch name', ''],
    ['HEAD as a branch', 'base: HEAD', 1, 7, 'a branch name', ''],
    ['a branch with dots', 'base: a..b', 1, 7, 'a branch name', ''],
    ['a branch ending in .lock', 'base: x.lock', 1, 7, 'a branch name', ''],
    ['a pattern that is none', "plan: { idPattern: '[' }", 1, 20, 'a regular expression', ''],
    ['a path as a remote', 'plan: { remote: /srv/x.git }', 1, 17, 'expected https', 'serve it instead.'],
    ['an unknown word', 'order: fifo', 1, 8, '`auto`, `table` or `critical-path`', ''],
    ['an unknown agent', 'agent: claud', 1, 8, 'one of claude, codex', 'did you mean "claude"?'],
    ['an unknown agent of a repo', 'repos: { web: { agent: codx } }', 1, 24, 'an agent', 'did you mean "codex"?'],
    [
      'an unknown preset',
      'agents: { me: { preset: cladue } }',
      1,
      25,
      'the preset of an agent',
      'did you mean "claude"?',
    ],
    ['an agent without a command', 'agents:\n  me: { model: x }', 2, 3, 'without a command', 'add `command:'],
    [
      'a command for a preset',
      'agents: { codex: { preset: codex, command: x } }',
      1,
      35,
      'with the preset `codex`',
      '',
    ],
    [
      'limits the wrong way round',
      'agents: { codex: { stall: 2h } }',
      1,
      27,
      '`stall` (7200 s) above `timeLimit` (3600 s)',
      'raise',
    ],
    ['all of the environment', "agents: { codex: { env: ['*'] } }", 1, 26, 'safe to hand on', ''],
    ['git steered from outside', 'agents: { codex: { env: [GIT_SSH_COMMAND] } }', 1, 26, 'safe to hand on', ''],
    ['a preloaded library', 'agents: { codex: { env: [LD_PRELOAD] } }', 1, 26, 'safe to hand on', ''],
    ['options for every Node', 'agents: { codex: { env: [NODE_OPTIONS] } }', 1, 26, 'safe to hand on', ''],
    [
      'a variable with its value',
      'agents: { codex: { env: [KEY=1] } }',
      1,
      26,
      'its value stays in the environment',
      '',
    ],
    ['a name with a slash', 'repos: { ../../etc: {} }', 1, 10, 'Unexpected name "../../etc"', ''],
    ['a commit type with a newline', 'commit: { type: "fix\\nx" }', 1, 17, 'a commit type', ''],
    ['a relative state directory', 'host: { stateDirectory: state }', 1, 25, 'an absolute path', ''],
  ])('%s', async (_name, text, line, column, message, advice) => {
    const found = await yaml(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: 'tallyman.config.yaml', line, column, severity: 'error' });
    expect(found[0]?.message).toContain(message);
    expect(found[0]?.message).toMatch(/^Unexpected .*, expected /s);
    expect(found[0]?.advice).toContain(advice);
    expect(found[0]?.source).toBe(text.split('\n')[line - 1]);
  });

  test('all problems are reported at once, in the order of the file', async () => {
    const found = await yaml(
      'concurrency: 0\nsetup: a && b\nfoo: 1\nplan:\n  path: /x\n  remot: y\nagents:\n  a: { stall: 3 }\n',
    );
    expect(found.map((problem) => problem.line)).toEqual([1, 2, 3, 5, 6, 8]);
  });

  test('a file in code has no places, but names the key', async () => {
    const found = await problems('tallyman.config.mjs', 'export default { gates: { mode: "some" } };');
    expect(found).toMatchObject([{ file: 'tallyman.config.mjs', line: 1, column: 1 }]);
    expect(found[0]?.message).toContain('`gates.mode`');
    expect(found[0]).not.toHaveProperty('source');
  });

  test('places in package.json are those of the whole file', async () => {
    const found = await problems('package.json', '{\n  "name": "x",\n  "tallyman": {\n    "attempts": 0\n  }\n}\n');
    expect(found).toMatchObject([{ file: 'package.json', line: 4, column: 17 }]);
  });
});

describe('files that cannot be read', () => {
  test.each([
    ['a tab', 'tallyman.config.yaml', 'plan:\n\tpath: x', 2],
    ['a key twice', 'tallyman.config.yaml', 'attempts: 1\nattempts: 2', 2],
    ['an open bracket', 'tallyman.config.yaml', 'setup: [a\nbase: x', 2],
    ['half a JSON', 'tallyman.config.json', '{\n  "attempts": 1,\n', 3],
    ['a comma too many', 'tallyman.config.json', '{ "attempts": 1, }', 1],
    ['YAML in a .json', 'tallyman.config.json', 'attempts: 1', 1],
    ['a broken package.json', 'package.json', '{ "tallyman": ', 1],
    ['code that throws', 'tallyman.config.mjs', 'throw new Error("no such luck");', 1],
  ])('%s is named with its line', async (_name, file, text, line) => {
    const found = await problems(file, text);
    expect(found[0]).toMatchObject({ file, line, code: 'config-syntax', severity: 'error' });
    expect(found[0]?.message).not.toMatch(/\n {4}at /);
  });

  test('an anchors bomb is refused, not expanded', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let n = 1; n < 9; n += 1)
      bomb.push(
        `${'abcdefghij'[n] ?? ''}: &${'abcdefghij'[n] ?? ''} [${Array(9)
          .fill(`*${'abcdefghij'[n - 1] ?? ''}`)
          .join(',')}]`,
      );
    const found = await yaml(bomb.join('\n'));
    expect(found).toMatchObject([{ code: 'config-syntax' }]);
    expect(found[0]?.message).toContain('alias');
  });
});

describe('secrets', () => {
  test.each([
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['an Anthropic key', 'sk-ant-REDACTED'],
    ['a password in an address', 'https://me:hunter2secret@example.com/x.git'],
  ])('%s is refused and never printed', async (what, secret) => {
    const found = await yaml(`agents:\n  me:\n    command: [run, "${secret}"]\nconcurrency: 0`);
    expect(found.map((problem) => problem.code)).toContain('config-secret');
    expect(found[0]?.message).toContain(what);
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  test('a secret in a value that is wrong as well is not printed either', async () => {
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    expect(JSON.stringify(await yaml(`order: ${secret}`))).not.toContain(secret);
  });
});
