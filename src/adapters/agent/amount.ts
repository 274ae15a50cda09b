/** Tokens as an agent writes them: `5.2K`, `38500`, `1.2M`. Undefined for anything that is no plain amount: a claim is never guessed at. */

const units: Readonly<Record<string, number>> = { '': 1, K: 1_000, M: 1_000_000 };
/** Above this a claim is nonsense. */
const amountMax = 1e10;

export function readAmount(value: unknown): number | undefined {
  const amount = typeof value === 'number' ? value : typeof value === 'string' ? scaled(value) : undefined;
  return amount !== undefined && Number.isFinite(amount) && amount >= 0 && amount <= amountMax
    ? Math.round(amount)
    : undefined;
}

function scaled(text: string): number | undefined {
  const [, digits, unit = ''] = /^~?(\d{1,12}(?:\.\d{1,6})?) ?([KM]?)(?: tokens)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toUpperCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
