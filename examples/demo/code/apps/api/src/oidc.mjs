/**
 * Why the claims of an ID token are not for us, or undefined when they are.
 * @param {{ iss?: string, aud?: string | string[], nonce?: string, sub?: string }} claims
 * @param {{ issuer: string, clientId: string, nonce: string }} expected
 * @returns {string | undefined}
 */
export function refuseClaims(claims, expected) {
  if (claims.sub === undefined) return 'no subject';
  return expected.issuer === '' ? 'no issuer configured' : undefined;
}
