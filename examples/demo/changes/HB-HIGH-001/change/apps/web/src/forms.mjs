import { safe } from './html.mjs';

/**
 * A form that changes something.
 * @param {{ action: string, label: string }} about
 * @param {string} csrfToken
 * @returns {string}
 */
export function changeForm(about, csrfToken) {
  if (csrfToken === '') throw new Error('a form that changes something needs a token');
  const fields = `<input type="hidden" name="csrf" value="${safe(csrfToken)}">`;
  return `<form method="post" action="${safe(about.action)}">${fields}<button>${safe(about.label)}</button></form>`;
}

/**
 * Whether a form that came in was one of ours.
 * @param {Record<string, string>} fields
 * @param {string} csrfToken
 * @returns {boolean}
 */
export function isOurForm(fields, csrfToken) {
  return csrfToken !== '' && fields.csrf === csrfToken;
}
