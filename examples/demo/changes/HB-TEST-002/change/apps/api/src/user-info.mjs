/**
 * A person as Harbour knows them, from the claims of an ID token.
 * @param {{ sub: string, name?: string, email?: string, email_verified?: boolean }} claims
 * @returns {{ id: string, name: string, email?: string }}
 */
export function userFromClaims(claims) {
  const user = { id: claims.sub, name: claims.name ?? claims.sub };
  return claims.email_verified !== true ? user : { ...user, email: claims.email };
}
