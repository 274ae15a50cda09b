/** Why a command does nothing: expected, explained, without a stack trace. Thrown by commands, printed by client.ts alone. */
import { type ExitCode, exitCodes } from './exit-codes.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: ExitCode;

  /** `what` happened, as a sentence; `advice`: what to do next, a line each. */
  constructor(what: string, advice: readonly string[] = [], exitCode: ExitCode = exitCodes.needsPerson) {
    super([what, ...advice.map((line) => `  ${line}`)].join('\n'));
    this.exitCode = exitCode;
  }
}
