/** One look at a run through its client, for `run` and `status`. */
import type { RunClient } from '../../adapters/temporal/run-client.ts';
import type { Snapshot } from '../live/snapshot.ts';

/** Undefined when the plan never ran on that server. */
export async function lookAt(
  client: RunClient,
  plan: string,
): Promise<(Omit<Snapshot, 'at'> & { readonly isOpen: boolean }) | undefined> {
  const seen = await client.seen(plan);
  if (seen === undefined) return undefined;
  const heartbeats = seen.isOpen ? await client.heartbeats(plan) : [];
  return {
    isOpen: seen.isOpen,
    heartbeats,
    ...(seen.run === undefined ? {} : { run: seen.run }),
    ...(seen.phase === undefined ? {} : { phase: seen.phase }),
    ...(seen.trouble === undefined ? {} : { trouble: seen.trouble }),
  };
}
