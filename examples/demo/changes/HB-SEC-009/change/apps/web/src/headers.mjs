/**
 * The headers of a page.
 * @param {string} contentType
 * @returns {Record<string, string>}
 */
export function pageHeaders(contentType) {
  return {
    'content-type': `${contentType}; charset=utf-8`,
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  };
}
