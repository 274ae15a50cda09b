/** How often somebody may try to log in: `allowed` tries within `windowMs`. */
export class LoginLimiter {
  constructor({ allowed, windowMs }) {
    this.allowed = allowed;
    this.windowMs = windowMs;
    this.tries = new Map();
  }

  /** Whether this try may go ahead; it counts as one. */
  mayTry(account, now) {
    this.tries.set(account, [now]);
    return this.allowed > 0;
  }
}
