import { unreachable } from '../result.ts';
import type { Decision } from './commands.ts';
import type { Event } from './events.ts';
import type { PhaseState } from './state.ts';

/** Placeholder until on-*.ts exist. */
export function decide(state: PhaseState, event: Event): Decision {
  void unreachable;
  void event;
  return { state, commands: [] };
}
