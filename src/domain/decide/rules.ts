/**
 * Which rules decide() follows. A run keeps the number it began with: a changed order or kind of commands would break
 * the replay of its history, so such a change gets a new number here and a branch in decide().
 *
 *   1  the first rules
 */

/** The number of a new run. */
export const currentRules = 1;

/** Why these rules cannot be followed; undefined when they can. */
export function refuseRules(rules: number): string | undefined {
  if (rules === currentRules) return undefined;
  return `This run follows rules ${rules}, and this version of Tallyman knows rules ${currentRules}: start a worker of the version that began the run.`;
}
