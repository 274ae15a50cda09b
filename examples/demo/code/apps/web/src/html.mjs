const replacements = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text made safe to stand in a page.
 * @param {string} text
 * @returns {string}
 */
export function safe(text) {
  return text.replace(/[&<>"']/g, (character) => replacements[character]);
}
