// Level: example. The demo's code base and playbook, in plain git: no Tallyman.
import { beforeAll, describe, expect, test } from 'vitest';
import { git, newRepository, planRows, playbookFile, redGates, runAgent, type Row } from './plain-git.ts';

const rows = planRows();

/** Where a task starts: the tip of its branch, else the base, with the branches of its dependencies merged in. */
function startTask(repository: string, row: Row): void {
  const exists = git(repository, 'branch', '--list', row.branch) !== '';
  git(repository, 'checkout', '--quiet', ...(exists ? [row.branch] : ['-b', row.branch, 'main']));
  const branches = new Set(row.needs.map((id) => rows.find((other) => other.id === id)?.branch ?? ''));
  for (const branch of branches) if (branch !== row.branch) git(repository, 'merge', '--quiet', '--no-edit', branch);
}

interface Done {
  readonly row: Row;
  readonly commit?: string;
  readonly attempts: readonly (readonly { readonly gate: string; readonly output: string }[])[];
}

/** One task as a run does it: gates after each attempt, their words in the next prompt. */
function doTask(repository: string, playbook: string, row: Row): Done {
  startTask(repository, row);
  const start = git(repository, 'rev-parse', 'HEAD');
  const attempts: (readonly { readonly gate: string; readonly output: string }[])[] = [];
  let failure = '';
  let session: string | undefined;
  for (let turn = 0; turn < 4; turn += 1) {
    const { result } = runAgent({
      clone: repository,
      playbook,
      base: start,
      prompt: `## Task Assignment: ${row.id}\n\n${failure}`,
      ...(session === undefined ? {} : { session }),
    });
    session = typeof result?.['session'] === 'string' ? result['session'] : undefined;
    if (result?.['status'] === 'limited') continue;
    const red = redGates(repository);
    attempts.push(red);
    if (red.length === 0) break;
    failure = red.map(({ output }) => output).join('\n');
  }
  const head = git(repository, 'rev-parse', 'HEAD');
  return { row, attempts, ...(head === start ? {} : { commit: head }) };
}

describe('the demo, task by task in plain git', () => {
  let repository = '';
  let done: readonly Done[] = [];

  beforeAll(() => {
    repository = newRepository();
    const playbook = playbookFile();
    done = rows.map((row) => doTask(repository, playbook, row));
  }, 180_000);

  test('its base is green', () => {
    expect(redGates(newRepository())).toEqual([]);
  });

  test('it has 28 tasks: 10 SEC, 6 HIGH, 7 CQ, 5 TEST', () => {
    const categories = rows.map(({ id }) => id.split('-')[1]);
    const count = (category: string): number => categories.filter((other) => other === category).length;
    expect(['SEC', 'HIGH', 'CQ', 'TEST'].map(count)).toEqual([10, 6, 7, 5]);
  });

  test('every branch is green after every task, and all merges are free of conflicts', () => {
    expect(done.filter(({ attempts }) => attempts.at(-1)?.length !== 0).map(({ row }) => row.id)).toEqual([]);
  });

  test('exactly two tasks fail a gate first, on different gates, and are mended by its words', () => {
    const failed = done.filter(({ attempts }) => attempts.length > 1);
    expect(failed.map(({ attempts }) => attempts.map((red) => red.map(({ gate }) => gate)))).toEqual([
      [['test'], []],
      [['lint'], []],
    ]);
  });

  test('exactly one task needs no change', () => {
    expect(done.filter(({ commit }) => commit === undefined).map(({ row }) => row.id)).toEqual(['HB-CQ-007']);
  });

  test('the branch of the last task holds everything', () => {
    git(repository, 'checkout', '--quiet', 'test/coverage');
    const missing = done.filter(({ row }) => git(repository, 'log', '--format=%s', `--grep=^fix(${row.id})`) === '');
    expect(missing.map(({ row }) => row.id)).toEqual(['HB-CQ-007']);
  });

  test('undoing the change of any task turns a gate red, whether its tests stay or go', () => {
    const green = { byHand: [] as string[], whole: [] as string[] };
    git(repository, 'checkout', '--quiet', '-B', 'undo', 'test/coverage');
    for (const { row } of done) {
      const commits = git(repository, 'log', '--format=%H', `--grep=^fix(${row.id})`).split('\n').filter(Boolean);
      if (commits.length === 0) continue;
      git(repository, 'revert', '--no-commit', ...commits);
      if (redGates(repository).length === 0) green.whole.push(row.id);
      const deleted = git(repository, 'diff', '--cached', '--name-only', '--diff-filter=D').split('\n').filter(Boolean);
      if (deleted.length > 0) git(repository, 'checkout', 'HEAD', '--', ...deleted);
      if (redGates(repository).length === 0) green.byHand.push(row.id);
      git(repository, 'reset', '--quiet', '--hard', 'test/coverage');
    }
    expect(green).toEqual({ byHand: [], whole: [] });
  }, 120_000);
});

describe('the two defects', () => {
  test.each([
    ['HB-SEC-005', 'test'],
    ['HB-SEC-008', 'lint'],
  ])('%s makes the same defect again when the prompt lacks the words of the gate', (id, gate) => {
    const repository = newRepository();
    const playbook = playbookFile();
    const base = git(repository, 'rev-parse', 'HEAD');
    for (const prompt of [`Task ${id}`, `Task ${id}: it failed before, attempt 2 of 3, see the log`]) {
      runAgent({ clone: repository, playbook, base, prompt });
      expect(redGates(repository).map((red) => red.gate)).toEqual([gate]);
    }
    const words = redGates(repository)[0]?.output ?? '';
    runAgent({ clone: repository, playbook, base, prompt: `Task ${id}\n${words}` });
    expect(redGates(repository)).toEqual([]);
  });
});
