/** Amounts of tokens as a person reads them. Spec 3.1. */

const shape = /^(\d{1,12})(?:\.(\d{1,3}))?([KMkm])?$/;

/** `950`, `5K`, `4.2K`, `1.2M` as a number; undefined for anything else. A fraction needs a unit. */
export function parseTokenCount(text: string): number | undefined {
  const [, whole, fraction = '', unit = ''] = shape.exec(text) ?? [];
  if (whole === undefined || (unit === '' && fraction !== '')) return undefined;
  // By digits, not by multiplication: 4.2 × 1,000 is not a whole number in floating point.
  const digits = unit === '' ? 0 : unit.toUpperCase() === 'K' ? 3 : 6;
  const value = Number(whole + fraction.padEnd(digits, '0').slice(0, digits));
  return Number.isSafeInteger(value) ? value : undefined;
}

/** At most one decimal: `950`, `4.2K`, `38.5K`, `1.2M`. Reading it back gives the number to within half of the last digit. */
export function formatTokenCount(tokens: number): string {
  if (tokens < 1_000) return String(Math.round(tokens));
  if (tokens < 999_950) return `${oneDecimal(tokens / 1_000)}K`;
  return `${oneDecimal(tokens / 1_000_000)}M`;
}

function oneDecimal(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
