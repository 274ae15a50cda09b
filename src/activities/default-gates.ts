/**
 * The gates of a repository: the configured ones, else those of `lint`, `typecheck` and `test` that the package.json
 * of the folder (else of the root) has, run with its own package manager. Read at the base commit, which no agent wrote. Spec 7.1.
 */
import type { Git } from '../adapters/git/port.ts';
import type { GateSettings, RepoSettings } from '../contracts/run-settings.ts';
import type { CommitSha } from '../domain/ids.ts';

export interface ChosenGate {
  readonly settings: GateSettings;
  /** Folder in the repository in which it runs; `''` is the root. */
  readonly folder: string;
}

const scripts = ['lint', 'typecheck', 'test'] as const;
/** The config's default for a gate. */
const timeoutMs = 600_000;

export async function gatesOf(
  git: Git,
  at: { readonly base: CommitSha; readonly repo: RepoSettings; readonly folder: string },
): Promise<readonly ChosenGate[]> {
  const { base, repo, folder } = at;
  if (repo.gates !== 'default') return repo.gates.map((settings) => ({ settings, folder }));
  for (const place of new Set([folder, ''])) {
    const manifest = await readManifest(git, base, place);
    const found = scripts.filter((script) => manifest?.scripts.includes(script));
    if (found.length === 0) continue;
    const manager = await managerOf(git, base, place);
    return found.map((script) => ({
      settings: { id: script, kind: 'command', timeoutMs, options: { command: runScript(manager, script) } },
      folder: place,
    }));
  }
  return [];
}

interface Manifest {
  readonly scripts: readonly string[];
  /** `packageManager`, as in `pnpm@9.1.0`. */
  readonly manager?: string;
}

async function readManifest(git: Git, base: CommitSha, folder: string): Promise<Manifest | undefined> {
  const file = await git.read(base, inFolder(folder, 'package.json'));
  if (file === undefined) return undefined;
  const { scripts: named, packageManager } = parseObject(file.bytes);
  const names = typeof named === 'object' && named !== null ? Object.keys(named) : [];
  return { scripts: names, ...(typeof packageManager === 'string' ? { manager: packageManager } : {}) };
}

/** A package.json that is no JSON object has no scripts: npm itself cannot run any there. */
function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const managers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
type Manager = (typeof managers)[number];

const lockfiles: readonly (readonly [file: string, manager: Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** By `packageManager`, then by lockfile; in the folder, then in the root, for workspaces keep theirs there. */
async function managerOf(git: Git, base: CommitSha, folder: string): Promise<Manager> {
  for (const place of new Set([folder, ''])) {
    const named = (await readManifest(git, base, place))?.manager?.split('@')[0];
    const known = managers.find((manager) => manager === named);
    if (known !== undefined) return known;
    for (const [file, manager] of lockfiles) {
      if ((await git.read(base, inFolder(place, file))) !== undefined) return manager;
    }
  }
  return 'npm';
}

function runScript(manager: Manager, script: string): readonly string[] {
  return manager === 'npm' ? ['npm', 'run', '--silent', script] : [manager, 'run', script];
}

function inFolder(folder: string, file: string): string {
  return folder === '' ? file : `${folder}/${file}`;
}
