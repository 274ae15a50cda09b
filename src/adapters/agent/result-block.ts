/**
 * The result block an agent ends with, found in its text. In order: structured output, the result file, the text.
 *   R1  the last valid block wins; all places are read strictly before any is repaired
 *   R2  only what closes is read: a text cut short is never mended into a valid "done"
 *   R3  time is linear in the text, which is cut to its last 64 KiB first
 */
import { jsonrepair } from 'jsonrepair';
import { stripAnsi } from '../../domain/plain-text.ts';
import type { ResultRead } from './port.ts';
import { readBlock } from './result-schema.ts';
import { balancedSpans, type Span } from './spans.ts';

/** A result block is some hundred bytes; agents print it at the end. */
export const resultTextMax = 64 * 1024;
/** Repair is for the small slips of a model; a large object is something else. */
const repairLengthMax = 8 * 1024;
const repairsMax = 8;

/** The block in an agent's text. */
export function findResult(text: string): ResultRead {
  const end = stripAnsi(text.slice(-resultTextMax)).replaceAll('\r\n', '\n');
  const spans = lastFirst(balancedSpans(end)).map(({ start, end: to }) => end.slice(start, to));
  const strict = firstOf(spans, parseStrictly);
  if (strict?.kind === 'valid' || strict?.kind === 'limited') return strict;
  const repaired = firstOf(spans.filter(isRepairable).slice(0, repairsMax), parseRepaired);
  if (repaired?.kind === 'valid' || repaired?.kind === 'limited') return repaired;
  return strict ?? repaired ?? { kind: 'missing', text: 'the output has no result block' };
}

/** The block in `$TALLYMAN_RESULT`: the whole file is one JSON object. Undefined when the file says nothing. */
export function readResultFile(content: string): ResultRead | undefined {
  const text = content.replace(/^\ufeff/, '').trim();
  if (text === '') return undefined;
  try {
    const read = readBlock(JSON.parse(text));
    return read ?? { kind: 'invalid', text: 'the result file is no result block: it needs `task_id` and `status`' };
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it cannot be read';
    return { kind: 'invalid', text: `the result file is not JSON: ${why}` };
  }
}

/** Last end first; of two that end together the outer one. */
function lastFirst(spans: readonly Span[]): readonly Span[] {
  return spans.toReversed();
}

/** The first valid or limited one; without one, the first that means to be a block. */
function firstOf(texts: readonly string[], read: (text: string) => ResultRead | undefined): ResultRead | undefined {
  let meant: ResultRead | undefined;
  for (const text of texts) {
    const result = read(text);
    if (result?.kind === 'valid' || result?.kind === 'limited') return result;
    meant ??= result;
  }
  return meant;
}

function parseStrictly(text: string): ResultRead | undefined {
  try {
    return readBlock(JSON.parse(text));
  } catch {
    return undefined; // Not strict JSON: left to the second pass.
  }
}

/** Repair costs time and guesses: only for what names both keys. */
function isRepairable(text: string): boolean {
  return text.length <= repairLengthMax && text.includes('status') && /task_id|limited/.test(text);
}

function parseRepaired(text: string): ResultRead | undefined {
  try {
    return readBlock(JSON.parse(jsonrepair(text)));
  } catch {
    return undefined; // Beyond repair.
  }
}
