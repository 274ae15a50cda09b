/** THE place to register an agent: its file beside this one, a line in `presets` and a line in `createAgents`. */
import { commandAgent } from './command.ts';
import type { AgentAdapter } from './port.ts';

/** Names for the config's `preset`. */
export const presets = ['command'] as const;

/** By preset. `environment`: what agents inherit, for finding their programs. */
export function createAgents(environment: Readonly<Record<string, string>>): Readonly<Record<string, AgentAdapter>> {
  const path = environment['PATH'] ?? '';
  return {
    command: commandAgent(path),
  } satisfies Record<(typeof presets)[number], AgentAdapter>;
}
