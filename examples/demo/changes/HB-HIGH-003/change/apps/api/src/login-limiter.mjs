/** How often somebody may try to log in: `allowed` tries within `windowMs`. */
export class LoginLimiter {
  constructor({ allowed, windowMs }) {
    this.allowed = allowed;
    this.windowMs = windowMs;
    this.tries = new Map();
  }

  /** Whether this try may go ahead; it counts as one. */
  mayTry(account, now) {
    const recent = (this.tries.get(account) ?? []).filter((at) => now - at < this.windowMs);
    this.tries.set(account, [...recent, now].slice(-this.allowed - 1));
    return recent.length < this.allowed;
  }
}
