// Level: unit.
import { expect, test } from 'vitest';
import { lastLineReader } from '../../src/activities/last-line.ts';

test.each<[string, readonly string[], string | undefined]>([
  ['the last whole line', ['one\ntwo\nthr'], 'two'],
  ['a line that came in pieces', ['on', 'e t', 'wo\n'], 'one two'],
  ['the last that is not blank', ['one\n\n  \n'], 'one'],
  ['nothing before a line is whole', ['one'], undefined],
  ['a progress bar as its newest state', ['10%\r20%\r30%'], '20%'],
  ['a character cut in two', ['gr\u00fc', 'n\n'], 'gr\u00fcn'],
])('shows %s', (_, pieces, shown) => {
  const reader = lastLineReader();
  const bytes = Buffer.from(pieces.join(''));
  // Byte by byte is the hardest cut.
  const seen = [...bytes].map((byte) => reader.feed(Uint8Array.of(byte)));
  expect(seen.at(-1)).toBe(shown);
});

test('shows no control characters and no endless line', () => {
  const reader = lastLineReader();
  expect(reader.feed(Buffer.from('a\u001b[31mred\u202e\n'))).not.toMatch(/[\u001b\u202e]/);
  for (let piece = 0; piece < 100; piece += 1) reader.feed(Buffer.alloc(64 * 1024, 'x'));
  expect(reader.feed(Buffer.from('\n'))?.length).toBeLessThanOrEqual(201);
});
