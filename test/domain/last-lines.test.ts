// Level: unit.
import { expect, test } from 'vitest';
import { lastLines } from '../../src/domain/last-lines.ts';

test('the last lines are shown without colours, with what is hidden made visible', () => {
  expect(lastLines('\n\u001b[31mred\u001b[0m\r\nbell\u0007 \u202eevil\n\n  10%\r 100%\n\n')).toEqual([
    'red',
    'bell\\x07 \\x202eevil',
    '',
    ' 100%',
  ]);
});

test('they are bounded in number and in length', () => {
  expect(lastLines(Array.from({ length: 100 }, (_, line) => `l${line}`).join('\n'))).toHaveLength(40);
  const long = lastLines(`${'x'.repeat(900)}\n`.repeat(30));
  expect(long.join('\n').length).toBeLessThanOrEqual(8 * 1024);
  expect(long.length).toBe(9);
  expect(lastLines('y'.repeat(1_000_000))[0]).toHaveLength(1000);
});

test('nothing gives nothing', () => {
  expect(lastLines('')).toEqual([]);
  expect(lastLines(' \n\n')).toEqual([]);
});
