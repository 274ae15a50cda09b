/** The agents that have reported lately. */
export class Registry {
  constructor(silentMs) {
    this.silentMs = silentMs;
    this.seen = new Map();
  }

  report(agent, now) {
    this.seen.set(agent, now);
  }

  /** Names of the agents that are not silent, in order. */
  alive(now) {
    return [...this.seen].filter(([, at]) => now - at < this.silentMs).map(([agent]) => agent).sort();
  }
}
