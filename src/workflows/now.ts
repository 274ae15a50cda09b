/** Workflow time, ISO 8601 UTC. The sandbox answers from the task's start in history, so a replay gives the same. The one place that asks the clock. */
export function now(): string {
  return new Date(nowMs()).toISOString();
}

/** Milliseconds until an instant; 0 when it has passed. */
export function msUntil(at: string): number {
  return Math.max(0, Date.parse(at) - nowMs());
}

function nowMs(): number {
  // eslint-disable-next-line no-restricted-syntax -- Temporal replaces the sandbox's clock by workflow time; events carry what this returns.
  return Date.now();
}
