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

/** What an agent says of its own work. It has no authority: `activities/check-work.ts` holds it against the commits. */
export interface ResultBlock {
  readonly taskId: string;
  readonly status: 'success' | 'failed' | 'blocked';
  /** Tokens claimed; missing when not said or not readable. */
  readonly used?: number;
  /** As written, possibly abbreviated; missing for null or an empty text. */
  readonly commit?: string;
  readonly notes: string;
  /** Comes back as `$TALLYMAN_SESSION`. */
  readonly session?: string;
}

/** `limited`: the agent met its usage limit. `missing`: nothing that looks like a block; `invalid`: a block, and what is wrong with it. */
export type ResultRead =
  | { readonly kind: 'valid'; readonly block: ResultBlock }
  | { readonly kind: 'limited'; readonly until?: string; readonly used?: number; readonly session?: string }
  | { readonly kind: 'missing' | 'invalid'; readonly text: string };

/** `usage` and `session` where only the end tells them; else those of the events hold. */
export type AgentSaid =
  | { readonly kind: 'finished'; readonly result: ResultRead }
  | { readonly kind: 'limited'; readonly until?: string; readonly usage?: TokenUsage; readonly session?: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage?: TokenUsage };

export interface AgentExit extends ProcessEvidence {
  /** Content of the result file, when the agent wrote one (bounded). */
  readonly resultFile?: string;
  /** Why the result file cannot be read: no file, too large, not UTF-8. */
  readonly resultProblem?: string;
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
