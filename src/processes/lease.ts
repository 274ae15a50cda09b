/** A supervised step's leave to go on, counted on the monotonic clock: a laptop's sleep is not counted, and no clock of another process is read. */
export interface Lease {
  /** Looks at the stamp of the last renewal; true when nobody renewed for too long. */
  isOver(stamp: number | undefined, nowMs: number): boolean;
}

export function createLease(leaseMs: number, startMs: number): Lease {
  let seen: number | undefined;
  let seenAtMs = startMs;
  return {
    isOver(stamp, nowMs) {
      if (stamp !== seen) {
        seen = stamp;
        seenAtMs = nowMs;
      }
      return nowMs - seenAtMs > leaseMs;
    },
  };
}
