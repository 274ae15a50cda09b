/** TEMPORARY */
import type { Progress } from '../contracts/progress.ts';
import type { WaitReason } from '../domain/decide/commands.ts';
import type { OperatorRequest } from '../domain/decide/events.ts';
import type { PhaseState } from '../domain/decide/state.ts';
export { decide } from '../domain/decide/decide.ts';
export { compactionDue } from '../domain/decide/compaction.ts';
export { fromSnapshot, toSnapshot } from '../domain/decide/snapshot.ts';
export { initialState } from '../domain/decide/state.ts';
export function refusal(_s: PhaseState, _r: OperatorRequest): string | undefined {
  return undefined;
}
export function progressOf(_s: PhaseState): Progress {
  return { x: 1 } as unknown as Progress;
}
export function whyTask(_s: PhaseState, t: string): string {
  return t;
}
export function progressMarkdown(_p: Progress): string {
  return '';
}
export function sentenceOf(r: WaitReason): string {
  return r.kind;
}
