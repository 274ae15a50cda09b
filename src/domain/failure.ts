/** Every expected bad end of a step as one closed union, and the one table that says what follows. Spec 6.6. */
import type { CommitSha } from './ids.ts';

export interface ProcessEvidence {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly durationMs: number;
  /** End of the output, control characters made visible; at most 40 lines and 8 KiB. */
  readonly lastLines: readonly string[];
  /** Where the whole output lies on its host. */
  readonly log: string;
}

export type Failure =
  | ({ readonly reason: 'agent-exited' } & ProcessEvidence)
  | ({ readonly reason: 'agent-stalled'; readonly silentMs: number } & ProcessEvidence)
  /** `max`: ms or bytes. */
  | ({
      readonly reason: 'agent-over-limit';
      readonly limit: 'time' | 'output';
      readonly max?: number;
    } & ProcessEvidence)
  | { readonly reason: 'agent-not-authorised'; readonly agent: string; readonly text: string }
  | { readonly reason: 'agent-missing'; readonly agent: string; readonly text: string }
  | { readonly reason: 'agent-reported-failure'; readonly text: string }
  | { readonly reason: 'result-missing' | 'result-invalid' | 'result-of-other-task'; readonly text: string }
  | { readonly reason: 'no-commit'; readonly text: string }
  | {
      readonly reason: 'commit-missing' | 'commit-not-on-base';
      readonly commit?: CommitSha;
      readonly claimed?: string;
      readonly base: CommitSha;
    }
  | { readonly reason: 'plan-file-touched' | 'protected-files-touched'; readonly paths: readonly string[] }
  | ({
      readonly reason: 'gate-failed' | 'gate-errored';
      readonly gate: string;
      readonly command: string;
    } & ProcessEvidence)
  | {
      readonly reason: 'landing-conflict' | 'base-conflict';
      readonly paths: readonly string[];
      readonly branch: string;
    }
  | { readonly reason: 'branch-rewritten'; readonly branch: string; readonly was: CommitSha; readonly is?: CommitSha }
  | { readonly reason: 'push-refused'; readonly branch: string; readonly text: string }
  | { readonly reason: 'session-lost'; readonly agent: string }
  | { readonly reason: 'workspace-lost'; readonly host: string }
  | { readonly reason: 'repo-missing'; readonly repo: string; readonly looked: readonly string[] }
  | ({ readonly reason: 'set-up-failed'; readonly command: string } & ProcessEvidence)
  | { readonly reason: 'cancelled'; readonly by: string; readonly why: string };

export interface FailurePolicy {
  /** `retry`: next attempt in the same workspace, in the same session where the agent can resume. `retry-fresh`: next attempt in a fresh clone, new session. */
  readonly next: 'retry' | 'retry-fresh' | 'settle-failed' | 'settle-blocked' | 'stop-agent';
  /** Only a failure of the agent's work spends an attempt. */
  readonly spendsAttempt: boolean;
  readonly tell: 'nobody' | 'report' | 'person';
  readonly advice: string;
}

export const failurePolicy: Readonly<Record<Failure['reason'], FailurePolicy>> = {
  'agent-exited': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "Read the agent's log; run its command by hand in the kept workspace.",
  },
  'agent-stalled': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "Raise the agent's stall limit if it is silent for good reasons.",
  },
  'agent-over-limit': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "Split the task, or raise the agent's time or output limit.",
  },
  'agent-not-authorised': {
    next: 'stop-agent',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Log the agent in on that host, then `tallyman resume`.',
  },
  'agent-missing': {
    next: 'stop-agent',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Install the agent on that host or mend its command in the config, then `tallyman resume`.',
  },
  'agent-reported-failure': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "Read the agent's notes; make the description clearer.",
  },
  'result-missing': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "End the agent's answer with the JSON block the prompt asks for.",
  },
  'result-invalid': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: "End the agent's answer with the JSON block the prompt asks for.",
  },
  'result-of-other-task': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: 'The agent answered for another task; read its log.',
  },
  'no-commit': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: 'The agent changed nothing, and this plan wants a commit (`noCommit: fail`).',
  },
  'commit-missing': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: 'The agent named a commit that its workspace does not have.',
  },
  'commit-not-on-base': {
    next: 'retry-fresh',
    spendsAttempt: true,
    tell: 'report',
    advice: 'The agent rewrote history; its commits must be on top of the commit it started from.',
  },
  'plan-file-touched': {
    next: 'retry-fresh',
    spendsAttempt: true,
    tell: 'report',
    advice: 'Agents never edit the plan; make that clear in the prompt template.',
  },
  'protected-files-touched': {
    next: 'settle-blocked',
    spendsAttempt: false,
    tell: 'person',
    advice: "A person must look at the change of a gate's definition.",
  },
  'gate-failed': { next: 'retry', spendsAttempt: true, tell: 'report', advice: 'Run the gate in the kept workspace.' },
  'gate-errored': {
    next: 'retry',
    spendsAttempt: true,
    tell: 'report',
    advice: 'The gate could not be judged: check its command and its time limit.',
  },
  'landing-conflict': {
    next: 'retry-fresh',
    spendsAttempt: false,
    tell: 'report',
    advice: 'Tasks that change the same lines should depend on one another.',
  },
  'base-conflict': {
    next: 'settle-blocked',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Merge the branches of its dependencies by hand, then `tallyman retry`.',
  },
  'branch-rewritten': {
    next: 'settle-blocked',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Somebody rewrote or deleted the branch: put it right, then `tallyman retry`.',
  },
  'push-refused': {
    next: 'settle-blocked',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Allow pushes to that branch, then `tallyman retry`.',
  },
  'session-lost': {
    next: 'retry-fresh',
    spendsAttempt: false,
    tell: 'nobody',
    advice: 'Nothing to do: a new session starts.',
  },
  'workspace-lost': {
    next: 'retry-fresh',
    spendsAttempt: false,
    tell: 'report',
    advice: 'Nothing to do: the next attempt runs in a fresh clone.',
  },
  'repo-missing': {
    next: 'settle-blocked',
    spendsAttempt: false,
    tell: 'person',
    advice: 'Name an existing folder in the `repo` column, or add it to `repos` in the config.',
  },
  'set-up-failed': {
    next: 'retry-fresh',
    spendsAttempt: true,
    tell: 'report',
    advice: 'Run the set-up command by hand in a fresh clone.',
  },
  cancelled: { next: 'settle-failed', spendsAttempt: false, tell: 'report', advice: '`tallyman retry` reopens it.' },
};
