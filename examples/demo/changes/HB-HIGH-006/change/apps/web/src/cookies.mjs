/**
 * The header that sets the session's cookie.
 * @param {string} id
 * @param {number} seconds
 * @returns {string}
 */
export function sessionCookie(id, seconds) {
  return `session=${encodeURIComponent(id)}; Max-Age=${seconds}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}
