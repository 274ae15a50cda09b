/** Tokens as an agent reports them, made once per agent in its own adapter. All fields are counts of tokens. Spec 6.5. */
export interface TokenUsage {
  /** Input not read from a cache. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Output with reasoning. */
  readonly output: number;
  /** True when only the result block's claim is known, not the agent's own usage events. */
  readonly claimed: boolean;
}

export const noUsage: TokenUsage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, claimed: false };

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
    claimed: a.claimed || b.claimed,
  };
}

/** The number of the `used` cell: cache reads are left out. */
export function totalTokens(usage: TokenUsage): number {
  return usage.input + usage.cacheWrite + usage.output;
}
