/**
 * Why the claims of an ID token are not for us, or undefined when they are.
 * @param {{ iss?: string, aud?: string | string[], nonce?: string, sub?: string }} claims
 * @param {{ issuer: string, clientId: string, nonce: string }} expected
 * @returns {string | undefined}
 */
export function refuseClaims(claims, expected) {
  if (claims.sub === undefined) return 'no subject';
  if (claims.iss !== expected.issuer) return `issued by ${claims.iss}, expected ${expected.issuer}`;
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.includes(expected.clientId)) return `meant for ${audiences.join(', ')}, expected ${expected.clientId}`;
  if (claims.nonce !== expected.nonce) return 'not the answer to our request (nonce)';
  return undefined;
}
