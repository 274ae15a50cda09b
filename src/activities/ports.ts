/** What activities may use. Built in worker.ts, faked in tests. */
import type { AgentAdapter } from '../adapters/agent/port.ts';
import type { GateKind } from '../adapters/gate/port.ts';
import type { GitOf } from '../adapters/git/port.ts';
import type { Host } from '../adapters/host/port.ts';
import type { Supervisor } from '../adapters/supervisor/port.ts';
import type { StepFates } from '../adapters/temporal/port.ts';
import type { Workspaces } from '../adapters/workspace/port.ts';

export interface Ports {
  readonly git: GitOf;
  readonly workspaces: Workspaces;
  readonly host: Host;
  readonly supervisor: Supervisor;
  /** By preset. */
  readonly agents: Readonly<Record<string, AgentAdapter>>;
  readonly gateKinds: Readonly<Record<string, GateKind>>;
  /** Milliseconds since the last successful call to the Temporal server: leases are renewed only while it is small. */
  readonly serverSilentMs: () => number;
  /** What became of a watching activity that the server no longer knows; missing: it is left to the lease. */
  readonly fates?: StepFates;
  /** This host's clock. */
  readonly now: () => Date;
  /** The environment that programs inherit, filtered. */
  readonly environment: Readonly<Record<string, string>>;
  /** A variable of this host that an agent's `env` names; missing: none is handed on. */
  readonly variable?: (name: string) => string | undefined;
  /** Text of the built-in prompt template. */
  readonly builtInTemplate: () => Promise<string>;
  /** Where reports are written. */
  readonly reportDirectory: string;
  readonly log: Log;
}

export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}
