/** Workflow time, as ISO 8601 UTC text. */

export function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}

/** Whether `instant` still lies ahead; false for a missing one. */
export function isAhead(instant: string | undefined, at: string): instant is string {
  return instant !== undefined && Date.parse(instant) > Date.parse(at);
}

/** Whether the text is an instant at all. */
export function isInstant(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

export function earliest(instants: readonly string[]): string | undefined {
  return [...instants].sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}
