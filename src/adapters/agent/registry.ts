/** THE place to register an agent: its file beside this one, a name in `presets` and a line in `createAgents`. */
import { claudeAgent } from './claude.ts';
import { commandAgent } from './command.ts';
import type { AgentAdapter } from './port.ts';

/** Names for the config's `preset`. */
export const presets = ['command', 'claude'] as const;

/** By preset. `environment`: what agents inherit, for finding their programs. */
export function createAgents(environment: Readonly<Record<string, string>>): Readonly<Record<string, AgentAdapter>> {
  return {
    command: commandAgent(environment['PATH'] ?? ''),
    claude: claudeAgent({ environment, isRoot: process.getuid?.() === 0 }),
  } satisfies Record<(typeof presets)[number], AgentAdapter>;
}
