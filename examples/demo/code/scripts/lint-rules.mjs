// The rules. Each looks at one line at a time, or at a whole file, and says what is wrong and what to write instead.

/** A rule that finds fault with single lines. */
const line = (wrong, message) => (lines) =>
  lines.flatMap((text, index) => (wrong(text) ? [{ line: index + 1, message }] : []));

const code = (text) => text.replace(/^\s*(\*|\/\*|\/\/).*$/, '');

/** Always on, in every workspace. */
export const always = {
  'no-console': line((text) => /\bconsole\.\w+\(/.test(code(text)), 'console output in a module: return the value, or hand in a log'),
  'no-var': line((text) => /^\s*var\s/.test(text), '`var` is not block scoped: use const or let'),
  'strict-equality': line((text) => /[^=!<>]==[^=]|!=[^=]/.test(code(text)), 'loose comparison: use === or !=='),
  'no-trailing-space': line((text) => /[ \t]$/.test(text), 'space at the end of the line: remove it'),
  'line-length': line((text) => text.length > 120, 'line is longer than 120 characters: break it'),
};

/** Switched on for some folders by a file in `checks/lint/`. */
export const optional = {
  'no-inline-secret': line(
    (text) => /\b(password|secret|token)\b\s*[:=]\s*'[^']+'/.test(code(text)),
    'a secret stands in the code: read it from the settings that are handed in',
  ),
  'no-mock-data': line(
    (text) => /\b(mock|fake|sample)[A-Z]\w*/.test(code(text)),
    'made-up data in production code: take the data that is handed in',
  ),
  'no-or-default': line(
    (text) => /(?<![|&!])\b[\w.]+\s\|\|\s('|\d|true|false|\[|\{)/.test(code(text)),
    '`||` drops false, 0 and the empty string: use ??',
  ),
  'container-user': (lines) =>
    lines.some((text) => /^USER\s+(?!root\b|0\b)\S+/.test(text))
      ? []
      : [{ line: lines.findIndex((text) => text.startsWith('FROM')) + 1, message: 'runs as root: add a USER line' }],
  'pinned-image': line(
    (text) => text.startsWith('FROM ') && !/@sha256:[0-9a-f]{64}$/.test(text),
    'base image without a digest: add @sha256:...',
  ),
};
