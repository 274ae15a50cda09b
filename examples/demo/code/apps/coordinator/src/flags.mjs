/** What can be switched; nothing reads `legacyQueue` and `betaPanel`. */
export const flags = { parallelJobs: true, legacyQueue: false, betaPanel: false };

/**
 * Whether something is switched on; a name nobody knows is an error, so that no dead name stays in use.
 * @param {string} name
 * @returns {boolean}
 */
export function isOn(name) {
  return flags[name] ?? false;
}
