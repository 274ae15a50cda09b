/** What the registries of the adapters know, for the config. */
import { presets } from '../adapters/agent/registry.ts';
import { parseRemote } from '../adapters/git/names.ts';
import type { KnownKinds } from '../config/known-kinds.ts';

export function knownKinds(): KnownKinds {
  return {
    agents: presets,
    remoteProblem: (address, protocols) => {
      const remote = parseRemote(address, protocols);
      return remote.ok ? undefined : remote.error;
    },
  };
}
