/** Config = run settings (the run's snapshot, JSON, in history) + host settings (this machine's part, never sent). Spec 8. */
import type { RunSettings } from '../contracts/run-settings.ts';

/** Which Temporal server: the one of the standard Temporal environment configuration, or the embedded one of this user. */
export type TemporalTarget =
  | { readonly kind: 'configured' }
  /** `at`: where it answers, known once it has been started or found. */
  | { readonly kind: 'embedded'; readonly binary?: string; readonly at?: TemporalPlace };

export interface TemporalPlace {
  readonly address: string;
  readonly namespace: string;
}

/** This machine: paths, slots, environment. Never leaves the process. */
export interface HostSettings {
  /** Absolute; see docs/operations.md for what lies in it. */
  readonly stateDirectory: string;
  /** Agents that run at a time on this host, over all runs. */
  readonly agents: number;
  /** Gate runs at a time on this host, over all runs. */
  readonly gatesAtOnce: number;
  readonly temporal: TemporalTarget;
  /** Protocols of remotes taken beyond https and ssh. */
  readonly gitProtocols: readonly string[];
  /** Variables of this process: programs inherit a filtered part (`inheritedVariables`), agents also those that their `env` names. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Config {
  readonly run: RunSettings;
  readonly host: HostSettings;
  /** Where the settings came from: a path, or `defaults`. */
  readonly source: string;
}
