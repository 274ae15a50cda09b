// Level: unit and property.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findResult, readResultFile } from '../../../src/adapters/agent/result-block.ts';

const good =
  '{"task_id":"T-1","status":"success","used":"5.2K","commit_sha":"abc123","notes":"did {it}, \\"quoted\\" } too"}';
const block = {
  taskId: 'T-1',
  status: 'success',
  used: 5200,
  commit: 'abc123',
  notes: 'did {it}, "quoted" } too',
};
const valid = { kind: 'valid', block };

describe('the result block in a text', () => {
  test.each([
    ['alone', good],
    ['in a fence after prose', `I did it.\n\n\`\`\`json\n${good}\n\`\`\`\nBye.`],
    ['in a tilde fence', `~~~\n${good}\n~~~`],
    ['with text glued to both ends', `result:${good}.`],
    ['spread over lines', good.replaceAll(',"', ',\n  "').replace('{"task', '{\n  "task')],
    ['with Windows line ends', good.replaceAll(',"', ',\r\n  "')],
    ['coloured', `\u001b[32m${good.replace('"T-1"', '\u001b[1m"T-1"\u001b[0m')}\u001b[0m`],
    ['after a stray opening brace', `function f() {\n${good}`],
    ['after a stray quote', `He said "no\n${good}`],
    ['after an odd apostrophe', `don't {\n${good}`],
    ['before a torn object', `${good}\n{"task_id":"T-1","status":"fail`],
    ['after another valid one', `${good.replace('success', 'failed')}\n${good}`],
    ['after an invalid one', `{"task_id":"T-1","status":"success|failed"}\n${good}`],
    ['before JSON of something else', `${good}\n{"type":"usage","tokens":3}\n{"status":"ok"}`],
    ['inside an outer object', `{"result": ${good}}`],
    ['with a comma too many', good.replace(/}$/, ',}')],
    ['with a comment', good.replace(',"used"', ', // tokens\n"used"')],
    ['with single quotes', good.replace('"task_id":"T-1"', "'task_id':'T-1'")],
    ['with keys unquoted', good.replace('"task_id"', 'task_id').replace('"status"', 'status')],
    ['with an unknown key', good.replace('{', '{"extra":{"a":[1]},"__proto__":{"status":"failed"},')],
    ['behind 200 KB of output', `${'noise\n'.repeat(40_000)}${good}`],
    ['behind a byte order mark', `\ufeff${good}`],
  ])('is found %s', (_name, text) => {
    expect(findResult(text)).toEqual(valid);
  });

  test('strict blocks win over mended ones, even earlier ones', () => {
    expect(findResult(`${good}\n${good.replace('T-1', 'T-2').replace(/}$/, ',}')}`)).toEqual(valid);
  });

  test.each([
    ['an empty text', '', 'missing'],
    ['white space', ' \n\t', 'missing'],
    ['prose', 'All done!', 'missing'],
    ['JSON of another kind', '{"type":"tool","ok":true}', 'missing'],
    ['a status word that is none', good.replace('success', 'done'), 'invalid'],
    ['a status in capitals', good.replace('success', 'SUCCESS'), 'invalid'],
    ['a status that is no text', good.replace('"success"', 'true'), 'invalid'],
    ['an id that is no text', good.replace('"T-1"', '12'), 'invalid'],
    ['notes that are no text', good.replace(/"notes":.*}/, '"notes":{}}'), 'invalid'],
  ])('%s gives no result', (_name, text, kind) => {
    expect(findResult(text).kind).toBe(kind);
  });

  test('no prefix of a block is ever read as a result', () => {
    for (let end = 0; end < good.length; end += 1) {
      expect(findResult(good.slice(0, end)).kind, good.slice(0, end)).not.toBe('valid');
      expect(findResult(`\`\`\`json\n${good.slice(0, end)}\n\`\`\``).kind).not.toBe('valid');
    }
  });

  test('null and an empty commit mean none', () => {
    const without = { taskId: block.taskId, status: block.status, used: block.used, notes: block.notes };
    for (const said of ['null', '""'])
      expect(findResult(good.replace('"abc123"', said))).toEqual({ kind: 'valid', block: without });
  });

  test.each([
    ['"5.2K"', 5200],
    ['"1.2M"', 1_200_000],
    ['38500', 38_500],
    ['"950"', 950],
    ['"12k tokens"', 12_000],
    ['"a lot"', undefined],
    ['-4', undefined],
    ['1e400', undefined],
    ['null', undefined],
    ['"99999999999K"', undefined],
  ])('a claim of %s is read as %s tokens', (said, used) => {
    const read = findResult(good.replace('"5.2K"', said));
    expect(read.kind === 'valid' && read.block.used).toBe(used);
  });

  test('a usage limit is no task result', () => {
    expect(findResult('x\n{"status":"limited","resets_at":"2026-01-02T03:04:05+01:00","session":"s1"}')).toEqual({
      kind: 'limited',
      until: '2026-01-02T02:04:05.000Z',
      session: 's1',
    });
    expect(findResult('{"status":"limited"}')).toEqual({ kind: 'limited' });
    expect(findResult('{"status":"limited","resets_at":"soon"}').kind).toBe('invalid');
  });

  test.each([
    ['opening braces', '{'.repeat(300_000)],
    ['nested pairs', '{'.repeat(30_000) + '}'.repeat(30_000)],
    ['many empty objects', '{}'.repeat(150_000)],
    ['quotes in a brace', `{${'"'.repeat(300_000)}`],
    ['backslashes', `{"${'\\'.repeat(300_000)}`],
    ['fences', '```json\n'.repeat(40_000)],
    ['torn blocks', '{"task_id":"T-1","status":'.repeat(10_000)],
    ['broken blocks', '{"task_id":"T-1","status":}'.repeat(10_000)],
    ['escapes', '\u001b['.repeat(150_000)],
    ['unfinished titles', '\u001b]0;'.repeat(80_000)],
    ['nested arrays', `{"task_id":"T-1","status":"success","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['broken nested objects', '{"task_id":"T-1","status":{'.repeat(2_000) + '}'.repeat(4_000)],
  ])('hostile text is read in time: %s', (_name, text) => {
    const before = performance.now();
    findResult(text);
    findResult(`${text}\n${good}`);
    expect(performance.now() - before).toBeLessThan(1_500);
  });

  test('never throws, whatever the text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('{', '}', '"', '\\', '```json\n', '\n', "'", '"task_id":', '"status":"success"', ','),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(['valid', 'limited', 'missing', 'invalid']).toContain(findResult(pieces.join('')).kind);
      }),
      { numRuns: 300 },
    );
  });

  test('a block is found after any text that ends its line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', 'a', '"', ' ', '[', "'", '`', '\n'), maxLength: 80 }),
        (prose) => {
          expect(findResult(`${prose}\n${good}`)).toEqual(valid);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the result file', () => {
  test('is one JSON object and nothing else', () => {
    expect(readResultFile(`\ufeff${good}\n`)).toEqual(valid);
    expect(readResultFile(`Here: ${good}`)?.kind).toBe('invalid');
    expect(readResultFile(`${good}${good}`)?.kind).toBe('invalid');
    expect(readResultFile('[]')?.kind).toBe('invalid');
    expect(readResultFile('{"ok":1}')?.kind).toBe('invalid');
  });

  test('says nothing when it is empty', () => {
    expect(readResultFile(' \n')).toBeUndefined();
  });
});
