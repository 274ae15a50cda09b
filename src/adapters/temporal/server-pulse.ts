/** How long ago the server last answered: leases of supervised steps are renewed only while it does, because a heartbeat has no acknowledgement. */
import type { Client } from '@temporalio/client';

const beatMs = 5_000;

export interface ServerPulse {
  /** Milliseconds since the last answer. */
  silentMs(): number;
  stop(): void;
}

/** The client has just been connected: that was an answer. */
export function startServerPulse(client: Client): ServerPulse {
  let heardAt = performance.now();
  const ask = async (): Promise<void> => {
    const { namespace } = client.options;
    try {
      await client.withDeadline(Date.now() + beatMs, () => client.workflowService.describeNamespace({ namespace }));
      heardAt = performance.now();
    } catch {
      // Silence is the answer; what needs the server says so itself.
    }
  };
  const timer = setInterval(() => void ask(), beatMs);
  return { silentMs: () => performance.now() - heardAt, stop: () => clearInterval(timer) };
}
