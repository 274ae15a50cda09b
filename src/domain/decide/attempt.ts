/** The steps of an attempt: which is due, and how often each was started. A turn is never given twice. */
import type { StepName } from '../ids.ts';
import type { Attempt } from './state.ts';

/** The attempt with this step due: whatever ended before is over, with its back-off and its reason to end. */
export function due(attempt: Attempt, step: StepName, change: Partial<Attempt> = {}): Attempt {
  const { notBefore: _time, ending: _ending, interruptions: _count, ...rest } = attempt;
  const turns = { ...attempt.turns, [attempt.step]: attempt.turn };
  return { ...rest, ...change, turns, step, turn: (turns[step] ?? 0) + 1, stepIs: 'due' };
}

/** The same step once more, as its next turn. */
export function dueAgain(attempt: Attempt, change: Partial<Attempt> = {}): Attempt {
  return due(attempt, attempt.step, change);
}
