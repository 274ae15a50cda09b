/** Numbers and instants as people read them. */

/** Tokens: `950`, `4.2K`, `38.5K`, `1.2M`, as in the plan's `used` column. */
export function tokens(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [size, unit] = count < 999_950 ? [count / 1000, 'K'] : [count / 1_000_000, 'M'];
  return `${String(Math.round(size * 10) / 10)}${unit}`;
}

/** `2026-02-05 08:00 UTC`; a text that is no instant as it is. */
export function minute(instant: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(instant) ?? [];
  return day === undefined || time === undefined ? instant : `${day} ${time} UTC`;
}

/** `1 agent`, `3 agents`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** From one instant to another: `45 s`, `12 min`, `3 h 05 min`; empty when one of them is missing. */
export function duration(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return '';
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
