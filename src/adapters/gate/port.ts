/** Kinds of gates: checks that Tallyman runs itself on exactly the commit that lands. Spec 7.1. */
import type { GateSettings } from '../../contracts/run-settings.ts';
import type { CommitSha } from '../../domain/ids.ts';
import type { Verdict } from '../../domain/step.ts';

export interface GateRun {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly endedBy: string;
  readonly durationMs: number;
  readonly lastLines: readonly string[];
  readonly log: string;
  readonly problem?: string;
}

export interface GateContext {
  /** Folder in which commands run. */
  readonly directory: string;
  readonly commit: CommitSha;
  /** Runs a program to its end in `directory`, supervised, with the gate's time limit. */
  runProgram(program: { readonly file: string; readonly args: readonly string[] }): Promise<GateRun>;
}

/** `check` explains wrong options at config time; `judge` never throws for a bad answer: that is `errored`. */
export interface GateKind {
  readonly kind: string;
  check(options: unknown): readonly string[];
  /** The command as a person would type it. */
  describe(gate: GateSettings): string;
  judge(gate: GateSettings, context: GateContext): Promise<Verdict>;
}
