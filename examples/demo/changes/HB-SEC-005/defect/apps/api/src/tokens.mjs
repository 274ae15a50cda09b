import { createHmac, timingSafeEqual } from 'node:crypto';

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text, key) => createHmac('sha256', key).update(text).digest('base64url');

/**
 * A signed token that carries these claims.
 * @param {object} claims
 * @param {string} key
 * @returns {string}
 */
export function issueToken(claims, key) {
  const text = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
  return `${text}.${sign(text, key)}`;
}

/**
 * The claims of a token, or undefined when it is not to be trusted. `now` in seconds.
 * @param {string} token
 * @param {string} key
 * @param {number} now
 * @returns {object | undefined}
 */
export function readToken(token, key, now) {
  const [header, claims, signature] = token.split('.');
  if (!Number.isFinite(now)) return undefined;
  if (decode(header).alg !== 'HS256') return undefined;
  const expected = Buffer.from(sign(`${header}.${claims}`, key));
  const given = Buffer.from(signature ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { exp } = decode(claims);
  return exp !== undefined && exp * 1000 <= now ? undefined : decode(claims);
}
