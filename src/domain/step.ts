/** The four steps of an attempt and what each can end with. Returned by activities, never thrown: a crash is not an end. Spec 6.1. */
import type { Failure } from './failure.ts';
import type { CommitSha } from './ids.ts';
import type { TokenUsage } from './usage.ts';

/** A session that can be resumed, and what it had used before (some agents report sums over the whole session). */
export interface AgentSession {
  readonly id: string;
  readonly agent: string;
  readonly usedBefore: TokenUsage;
}

/** `errored`: the gate could not be judged (missing program, time limit). */
export interface Verdict {
  readonly gate: string;
  readonly kind: 'passed' | 'failed' | 'errored';
  readonly durationMs: number;
  readonly failure?: Failure;
}

/** Only `killed` proves that a cancelled step is dead. */
export type StepEnd =
  | { readonly kind: 'prepared'; readonly host: string; readonly base: CommitSha }
  | {
      readonly kind: 'worked';
      readonly commit: CommitSha;
      readonly usage: TokenUsage;
      readonly notes: string;
      readonly session?: AgentSession;
    }
  | { readonly kind: 'no-change'; readonly notes: string; readonly usage: TokenUsage; readonly session?: AgentSession }
  | { readonly kind: 'gated'; readonly commit: CommitSha; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'landed'; readonly commit: CommitSha }
  /** The branch moved: `combined` is the rebased result, to be gated before it lands. `byOthers`: a person moved it, not another landing of this run. */
  | { readonly kind: 'moved'; readonly tip: CommitSha; readonly combined: CommitSha; readonly byOthers: boolean }
  | { readonly kind: 'killed'; readonly usage?: TokenUsage; readonly session?: AgentSession }
  | { readonly kind: 'blocked'; readonly notes: string; readonly usage: TokenUsage; readonly session?: AgentSession }
  | {
      readonly kind: 'limited';
      readonly agent: string;
      readonly until?: string;
      readonly usage: TokenUsage;
      readonly session?: AgentSession;
    }
  /** The process vanished without an end of its own (reboot, lease): no attempt is spent. */
  | { readonly kind: 'interrupted'; readonly usage: TokenUsage; readonly session?: AgentSession }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly usage?: TokenUsage;
      readonly session?: AgentSession;
    };
