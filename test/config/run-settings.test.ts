// Level: unit.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { listKeys } from '../../src/config/keys.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { runSettingsOf } from '../../src/config/run-settings.ts';
import type { RunSettings } from '../../src/contracts/run-settings.ts';
import { repoOf } from '../../src/contracts/run-settings.ts';
import { planId } from '../../src/domain/ids.ts';

const canary = 'canary-4711';
const facts = {
  plan: { id: planId('0123abcd'), name: 'shop-tasks-0123ab', remote: 'git@host:shop.git', branch: 'main' },
  commitAuthor: { name: 'Ada', email: 'ada@example.com' },
  allowRed: false,
};

async function settings(text: string): Promise<RunSettings> {
  const directory = await mkdtemp(join(tmpdir(), 'tallyman-settings-'));
  try {
    await writeFile(join(directory, 'tallyman.config.yaml'), text);
    const loaded = await loadConfig({
      directory,
      stop: directory,
      environment: readEnvironment({ HOME: `/home/${canary}`, ANTHROPIC_API_KEY: canary }),
      known: { agents: ['command', 'claude', 'codex'], remoteProblem: () => undefined },
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
    return runSettingsOf(loaded.value, facts);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('an empty file gives the defaults of the documentation', async () => {
  const run = await settings('');
  expect(run.plan).toMatchObject({ path: 'docs/tasks.md', branch: 'main', skipCi: true });
  expect(run.plan).not.toHaveProperty('baseBranch');
  expect(run.plan.format).toMatchObject({ defaultBranch: 'tallyman/tasks', repos: 'any', phases: 'auto' });
  expect(run.policy).toMatchObject({
    concurrency: 1,
    attempts: 3,
    agents: { '': 'claude' },
    history: { events: 4000 },
  });
  expect(run.agents['claude']).toMatchObject({
    preset: 'claude',
    stallMs: 600_000,
    timeLimitMs: 3_600_000,
    leaseMs: 900_000,
    outputBytesMax: 67_108_864,
  });
  expect(run.repos['']).toMatchObject({ name: '', gates: 'default', gateWorkspace: 'fresh', stack: true });
  expect(run.commitAuthor).toEqual(facts.commitAuthor);
});

test('every preset may be named in a row, `command` only by an entry of its own', async () => {
  const run = await settings('agents: { mine: { command: [run-me] } }\nagent: mine');
  expect(run.policy.knownAgents).toEqual(['mine', 'claude', 'codex']);
  expect(run.agents['mine']).toMatchObject({ preset: 'command', command: ['run-me'] });
});

test('a repo takes what it does not set from the general settings', async () => {
  const run = await settings(
    [
      'setup: npm ci',
      'gates: { mode: all, run: [{ id: lint, command: npm run lint, timeout: 1m }] }',
      'repos: { web: { path: apps/web, setup: make, gates: { run: default } }, api: { agent: codex } }',
    ].join('\n'),
  );
  expect(run.repos['web']).toMatchObject({ setup: ['make'], gates: 'default', gatesMode: 'all' });
  expect(run.repos['api']).toMatchObject({
    setup: ['npm', 'ci'],
    gates: [{ id: 'lint', kind: 'command', timeoutMs: 60_000, options: { command: ['npm', 'run', 'lint'] } }],
  });
  expect(run.plan.format.repos).toEqual(['web', 'api']);
  expect(run.policy.agents).toEqual({ '': 'claude', api: 'codex' });
  expect(repoOf(run, 'other')).toMatchObject({ name: 'other', setup: ['npm', 'ci'] });
});

test('the base of the plan is not the base of another repository', async () => {
  const run = await settings('base: develop\nrepos: { a: { remote: git@host:other.git }, b: {} }');
  expect(run.repos['a']).not.toHaveProperty('base');
  expect(run.repos['b']?.base).toBe('develop');
});

test('approval points of one key are put together', async () => {
  const run = await settings("approve: { before: [SEC, '2'], after: [SEC] }");
  expect(run.policy.approve).toEqual({ SEC: ['before', 'after'], '2': ['before'] });
});

test('a longer lease moves the time after which a host counts as gone', async () => {
  const run = await settings('agents: { claude: { lease: 1h, timeLimit: 2h } }');
  expect(2 * run.hostGoneMs + run.heartbeatMs).toBeGreaterThan(3_600_000 + run.killGraceMs);
});

test('nothing of this machine is in the settings of a run', async () => {
  const run = await settings(
    'agents: { claude: { env: [ANTHROPIC_API_KEY] } }\nhost: { stateDirectory: /canary-4711 }',
  );
  expect(JSON.stringify(run)).not.toContain(canary);
  expect(JSON.parse(JSON.stringify(run))).toEqual(run);
});

test('every key of the file says what it means', () => {
  const keys = listKeys();
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((entry) => entry.meaning === '').map((entry) => entry.key)).toEqual([]);
});
