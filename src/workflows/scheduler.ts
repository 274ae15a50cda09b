/** TEMPORARY */
import type { Progress } from '../contracts/progress.ts';
import type { WaitReason } from '../domain/decide/commands.ts';
import type { PhaseState } from '../domain/decide/state.ts';
export { decide } from '../domain/decide/decide.ts';
export { compactionDue } from '../domain/decide/compaction.ts';
export { fromSnapshot, toSnapshot } from '../domain/decide/snapshot.ts';
export { initialState } from '../domain/decide/state.ts';
export { refusal } from '../domain/decide/on-operator.ts';
export function progressOf(s: PhaseState): Progress {
  return { control: s.run.control.kind, claimed: s.claimed.length, unpublished: s.queued.length, tip: s.run.tip } as unknown as Progress;
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
