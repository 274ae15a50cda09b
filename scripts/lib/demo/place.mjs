// Where everything of one demo lies, and the environment of what it starts.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Without `--dir`: one folder per user, the same every time. */
const defaultDirectory = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tallyman-demo');

/** Paths of a demo. `DIR/remote.git` and the plan on its `main` are what outsiders may rely on. */
export function placeOf(given) {
  const directory = resolve(given ?? defaultDirectory());
  const below = (name) => join(directory, name);
  return {
    directory,
    remote: below('remote.git'),
    checkout: below('checkout'),
    agent: below('agent'),
    state: below('state'),
    /** Binaries of the Temporal server: kept by `--fresh`. */
    binaries: below(join('state', 'bin')),
    journal: below('agents.log'),
    port: below('port'),
    serverLog: below('git-server.log'),
    lock: below('demo.lock'),
    started: below('started.json'),
  };
}

const marker = 'DEMO_OF_TALLYMAN';

/** What children inherit: the user's environment without a Temporal server of the user's, which this run must not touch. */
export function environmentOf(place) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return { ...Object.fromEntries(kept), [marker]: place.directory };
}

/** git without the user's settings (signing, hooks, templates): the demo's own repositories come out the same everywhere. */
export function gitEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const author = { NAME: 'Demo', EMAIL: 'demo@localhost', DATE: '2026-02-05T09:00:00Z' };
  const identity = Object.entries(author).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  return { ...Object.fromEntries([...kept, ...identity]), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

export const markerOf = (place) => `${marker}=${place.directory}`;
