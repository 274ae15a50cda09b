/** Coding agents: how to start one, how to read what it prints. Starting, watching and killing are the supervisor's. Spec 6.4. */
import type { AgentSettings } from '../../contracts/run-settings.ts';
import type { Failure, ProcessEvidence } from '../../domain/failure.ts';
import type { AgentSession } from '../../domain/step.ts';
import type { TokenUsage } from '../../domain/usage.ts';

export interface AgentRequest {
  readonly settings: AgentSettings;
  /** Repo folder in the workspace: the agent's working directory. */
  readonly directory: string;
  readonly home: string;
  readonly promptFile: string;
  readonly resultFile: string;
  readonly task: string;
  readonly branch: string;
  readonly base: string;
  readonly session?: AgentSession;
}

export interface AgentCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Beside the inherited, filtered environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: 'prompt' | 'none';
}

export type AgentEvent =
  /** A line fit to show. */
  | { readonly kind: 'activity'; readonly line: string }
  /** Tokens so far in this run of the program. */
  | { readonly kind: 'usage'; readonly usage: TokenUsage }
  | { readonly kind: 'session'; readonly id: string };

export type AgentSaid =
  /** `text` is where the result block is looked for. */
  | { readonly kind: 'finished'; readonly text: string; readonly structured?: unknown }
  | { readonly kind: 'limited'; readonly until?: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface AgentExit extends ProcessEvidence {
  /** Content of the result file, when the agent wrote one (bounded). */
  readonly resultFile?: string;
  /** Clock of the host when the program ended, ISO 8601 UTC: for reset times without a date. */
  readonly endedAt: string;
}

/** Reads one run's output. Fed bytes in order, any pieces; bounded memory; never throws. */
export interface AgentReader {
  feed(bytes: Uint8Array): readonly AgentEvent[];
  end(exit: AgentExit): AgentSaid;
}

export type AgentProbe =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'missing' | 'logged-out' | 'too-old'; readonly fix: string };

/** Pure but for `probe`. */
export interface AgentAdapter {
  readonly preset: string;
  command(request: AgentRequest): AgentCommand;
  reader(request: AgentRequest): AgentReader;
  probe(settings: AgentSettings): Promise<AgentProbe>;
}
