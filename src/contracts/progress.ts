/** THE read model: memo, query, live view, report, JSON and Web UI are all made from it. Spec 9.1. */
import type { RowStatus } from '../domain/row-status.ts';

export interface Progress {
  readonly version: 1;
  readonly run: string;
  readonly phase: { readonly id: string; readonly title: string };
  readonly control: 'running' | 'paused' | 'stopping';
  readonly counts: Readonly<Record<RowStatus | 'ready' | 'waiting', number>>;
  readonly running: readonly RunningTask[];
  /** Ready tasks in dispatch order; at most 10. */
  readonly next: readonly string[];
  /** Agents and gates held, and until when. */
  readonly holds: readonly { readonly what: string; readonly why: string; readonly until?: string }[];
  readonly tokens: { readonly estimated: number; readonly used: number };
  /** Settled without success, or waiting for a person; at most 20. */
  readonly stuck: readonly { readonly task: string; readonly why: string }[];
  /** Transitions not yet on the remote. */
  readonly unpublished: number;
  readonly tip: string;
}

export interface RunningTask {
  readonly task: string;
  readonly attempt: number;
  readonly step: string;
  readonly agent: string;
  readonly since: string;
  /** From the heartbeat, when one is known. */
  readonly line?: string;
  readonly tokens?: number;
}

/** What a watched step says while it runs: activity heartbeat details, read from `describe`, never from workflow state. */
export interface Heartbeat {
  readonly task: string;
  readonly attempt: number;
  readonly step: string;
  readonly host: string;
  /** Last line of output, made visible; or what is waited for. */
  readonly line: string;
  readonly tokens: number;
}

/** The plan run's own view, in its memo: phases and counts, never tasks. */
export interface RunProgress {
  readonly version: 1;
  readonly run: string;
  readonly plan: string;
  readonly control: 'running' | 'paused' | 'stopping';
  readonly phases: readonly {
    readonly id: string;
    readonly title: string;
    readonly satisfied: number;
    readonly tasks: number;
  }[];
  /** Phase under way, by id; missing before the first and after the last. */
  readonly open?: string;
  readonly end?: string;
  /** Why no phase can be opened now, as a sentence: the plan cannot be read. */
  readonly problem?: string;
}
