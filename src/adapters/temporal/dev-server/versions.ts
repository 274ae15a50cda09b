/** The server that the embedded mode is tested with. State on disk is kept per version: the server has no schema migrations. */
export const serverVersion = '1.9.1';

/** Least version of a Temporal command line found on the machine that is taken instead of a download. */
export const leastVersion = '1.5.0';

/** Each source of the binary gets this long to connect. */
export const connectTimeoutMs = 10_000;

/** `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)` gives `1.9.1`. */
export function parseVersion(text: string): string | undefined {
  return /temporal version v?(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string): number[] => text.split('.').map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (const [index, wanted] of want.entries()) {
    const had = have[index] ?? 0;
    if (had !== wanted) return had > wanted;
  }
  return true;
}
