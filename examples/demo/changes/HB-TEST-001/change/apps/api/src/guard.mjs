/**
 * Whether a session may do something that needs a role.
 * @param {{ user?: string, roles?: string[] } | undefined} session
 * @param {string} role
 * @returns {boolean}
 */
export function mayPass(session, role) {
  if (session?.user === undefined) return false;
  return (session.roles ?? []).includes(role);
}
