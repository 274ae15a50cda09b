/** The settings in force in the form a person would write them: durations and sizes as text again. */
import type { ConfigFile } from './schema.ts';

const durations = new Set(['stall', 'timeLimit', 'lease', 'timeout', 'setupTimeout', 'minInterval']);
const sizes = new Set(['outputMax', 'bytes']);

export function asWritten(file: ConfigFile): unknown {
  return rewrite('', file);
}

function rewrite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && durations.has(key))
    return largestUnit(value, [
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
      ['ms', 1],
    ]);
  if (typeof value === 'number' && sizes.has(key))
    return largestUnit(value, [
      ['GiB', 1024 ** 3],
      ['MiB', 1024 ** 2],
      ['KiB', 1024],
      ['B', 1],
    ]);
  if (Array.isArray(value)) return value.map((item) => rewrite('', item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewrite(name, inner)]));
}

function largestUnit(value: number, units: readonly (readonly [string, number])[]): string {
  if (value === 0) return '0s';
  const [name, factor] = units.find(([, candidate]) => value % candidate === 0) ?? ['', 1];
  return `${value / factor}${name}`;
}
