/** The files of the embedded server's directory, shared by its keeper and its clients: written whole by rename, read as unknown text. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProcessIdentity } from './process-identity.ts';

/** `spec.json`: what the keeper starts. */
export interface KeeperSpec {
  readonly binary: string;
  readonly version: string;
  /** Without the ports, which the keeper chooses. */
  readonly args: readonly string[];
  /** The server ends when nobody has used it for this long. */
  readonly idleMs: number;
}

/** `address.json`: where the server is while it is up. */
export interface ServerAddress {
  readonly address: string;
  readonly ui: string;
  readonly version: string;
  readonly keeper: ProcessIdentity;
}

/** Content of a JSON file; undefined when it is missing or not JSON, which a crash in the middle of nothing else can leave. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined; // Missing or torn: the same as never written.
  }
}

export function writeJson(path: string, value: unknown): void {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, JSON.stringify(value));
  renameSync(fresh, path);
}
