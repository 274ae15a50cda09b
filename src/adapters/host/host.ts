/**
 * This host: its id, the home of its runs, its slots. The id is bound to the machine and to the PID namespace, because
 * recorded processes mean something only there: where a state directory is seen from a second machine or container, that
 * one gets an id and a root of its own below it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../processes/process-identity.ts';
import type { Host } from './port.ts';
import { createSlots } from './slots.ts';

export interface HostOptions {
  readonly stateDirectory: string;
  /** Agents at once, over all processes of this host. */
  readonly agents: number;
  /** Gate runs at once. */
  readonly gates: number;
}

export interface LocalHost extends Host {
  /** Where steps and workspaces of this host lie: the state directory, or a folder below it on a second machine. */
  readonly root: string;
}

/** What the id is bound to. */
export interface Machine {
  readonly id: string;
  readonly pidNamespace: string;
}

export function createHost(options: HostOptions, machine: Machine = thisMachine()): LocalHost {
  const { root, id } = claimRoot(options.stateDirectory, machine);
  const self = identify(process.pid);
  if (self === undefined) throw new Error('This process cannot be identified: is /proc mounted?');
  const slots = createSlots({
    directory: join(root, 'host', 'slots'),
    ceilings: { agent: options.agents, gates: options.gates },
    self,
  });
  return {
    id,
    root,
    home: textMadeOnce(join(options.stateDirectory, 'home'), () => randomBytes(8).toString('hex')),
    slot: (kind, signal, waiting) => slots.take(kind, signal, waiting),
  };
}

function claimRoot(stateDirectory: string, machine: Machine): { readonly root: string; readonly id: string } {
  const bound = JSON.stringify([machine.id, machine.pidNamespace]);
  const first = readHost(stateDirectory, bound);
  if (first.bound === bound) return { root: stateDirectory, id: first.id };
  // A second machine or container: the same one comes back to the same folder.
  const root = join(stateDirectory, 'hosts', createHash('sha256').update(bound).digest('hex').slice(0, 12));
  return { root, id: readHost(root, bound).id };
}

/** The id and what it is bound to; made for `bound` when there is none. */
function readHost(root: string, bound: string): { readonly id: string; readonly bound: string } {
  const path = join(root, 'host', 'host.json');
  const text = textMadeOnce(path, () => JSON.stringify({ id: newId(), bound }));
  const { id, bound: recorded } = JSON.parse(text) as { readonly id?: unknown; readonly bound?: unknown };
  if (typeof id === 'string' && /^[a-z0-9-]+$/.test(id) && typeof recorded === 'string') return { id, bound: recorded };
  throw new Error(`${path} is no host file of Tallyman. Delete it to give this host a new id.`);
}

/** Safe in a queue name, and says to a person which machine it is. */
function newId(): string {
  const name = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24);
  return `${name === '' ? 'host' : name}-${randomBytes(3).toString('hex')}`;
}

/** Text of a file that is created once, whoever is first. */
function textMadeOnce(path: string, make: () => string): string {
  const known = readIfThere(path);
  if (known !== undefined) return known;
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, make(), { flush: true, mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error; // Another was first: theirs counts.
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}

function thisMachine(): Machine {
  const named = readIfThere('/etc/machine-id')?.trim();
  return {
    id: named === undefined || named === '' ? hostname() : named,
    pidNamespace: process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : 'one',
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
