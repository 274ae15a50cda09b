/** What can be switched. */
export const flags = { parallelJobs: true };

/**
 * Whether something is switched on; a name nobody knows is an error, so that no dead name stays in use.
 * @param {string} name
 * @returns {boolean}
 */
export function isOn(name) {
  if (!Object.hasOwn(flags, name)) throw new Error(`there is no flag ${name}`);
  return flags[name];
}
