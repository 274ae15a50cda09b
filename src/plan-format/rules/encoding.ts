import type { Finding, Rule } from './rule.ts';

/** The file is UTF-8 text. A BOM is kept. */
export const encoding: Rule = {
  code: 'encoding',
  severity: 'error',
  isDecisive: true,
  meaning: 'The file is UTF-8 without NUL bytes.',
  bad: [
    { plan: Uint8Array.of(0x69, 0x0a, 0x64, 0xff, 0x0a), at: '2:2' },
    { plan: Uint8Array.of(0xff, 0xfe, 0x69, 0x00), at: '1:1' },
    { plan: Uint8Array.of(0xfe, 0xff, 0x00, 0x69), at: '1:1' },
    { plan: Uint8Array.of(0x69, 0x00, 0x64), at: '1:2' },
    { plan: Uint8Array.of(0x69, 0xe2, 0x82), at: '1:2' },
    { plan: Uint8Array.of(0xed, 0xa0, 0x80), at: '1:1' },
  ],
  good: [{ plan: '\ufeff| id | status | description |\n|---|---|---|\n| T-1 | done | Café ✓ 🙂 |\n' }],
  *checkBytes(bytes) {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      yield found(bytes, 0, 'UTF-16 byte order mark');
      return;
    }
    const nul = bytes.indexOf(0);
    const bad = firstInvalid(bytes);
    const offset = Math.min(...[nul, bad].filter((at) => at >= 0));
    if (Number.isFinite(offset)) {
      const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`;
      yield found(bytes, offset, offset === nul ? 'NUL byte' : `byte ${byte}`);
    }
  },
};

function found(bytes: Uint8Array, offset: number, what: string): Finding & { line: number; column: number } {
  const before = new TextDecoder().decode(bytes.subarray(0, offset)).split(/\r\n|\n|\r/);
  return {
    range: { start: 0, end: 1 },
    line: before.length,
    column: Array.from(before.at(-1) ?? '').length + 1,
    message: `Unexpected ${what} at byte offset ${offset}, expected UTF-8 text`,
    advice: 'save the file as UTF-8',
  };
}

/** Offset of the first byte that begins no valid UTF-8 character, or -1. */
function firstInvalid(bytes: Uint8Array): number {
  if (isValid(bytes)) return -1;
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at] ?? 0);
    if (length === 0 || !isValid(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return -1;
}

function isValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch (error) {
    // The one way in which decoding fails; anything else is not ours to hide.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}
