/** Lines of a list of phases: `Phase N - Title (FIRST through LAST)`, and those that look like one but cannot be read. Spec 4.1. */
import type { Range } from './document.ts';
import { lineRange, lineText } from './lines.ts';
import type { ReadDocument } from './read-document.ts';
import type { IsId } from './rows.ts';

export interface PhaseRange {
  readonly number: number;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  readonly place: Range;
}

export interface PhaseLines {
  /** By number. */
  readonly ranges: readonly PhaseRange[];
  /** Lines that begin like a phase and name ids, but not as one range. */
  readonly unread: readonly Range[];
}

/** More phases than a plan has; a limit, because every row is held against every range. */
const rangesMax = 200;

/** List marker, check box, heading or bold before the word, as people write it. Each part is bounded, so that a hostile line costs nothing. */
const beginning = String.raw`^[ \t]{0,40}(?:(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+)?(?:\[[ xX]\][ \t]+)?(?:\*\*|__)?Phase[ \t]{1,4}(\d{1,4})(?:\*\*|__)?[ \t]{0,4}`;
const rangeShape = new RegExp(
  beginning +
    String.raw`[-–—:](?:\*\*|__)?[ \t]{0,4}(.{1,200}?)[ \t]{0,4}\([ \t]{0,4}([^()\s–—]{1,100})(?:[ \t]{1,4}(?:through|thru|to|-)[ \t]{1,4}|[ \t]{0,4}[–—][ \t]{0,4})([^()\s–—]{1,100})[ \t]{0,4}\)`,
  'i',
);
const likeRange = new RegExp(`${beginning}[-–—:.(]`, 'i');

export function findPhaseLines({ lines, structure, isId }: ReadDocument & { readonly isId: IsId }): PhaseLines {
  const skipped = [
    ...structure.hidden.filter(({ inside }) => inside === 'code' || inside === 'html'),
    ...structure.tables,
  ];
  const isSkipped = new Set(skipped.flatMap(({ first, last }) => span(first, last)));
  const ranges: PhaseRange[] = [];
  const unread: Range[] = [];
  for (let line = 0; line < lines.count; line += 1) {
    if (isSkipped.has(line)) continue;
    const text = lineText(lines, line).slice(0, 800);
    if (!/phase/i.test(text)) continue;
    const place = lineRange(lines, line);
    const [, number, title = '', first = '', last = ''] = rangeShape.exec(text) ?? [];
    const ids = [first, last].map(plainId);
    // Prose such as "Phase 2 - Review (Monday to Friday)" names no ids.
    if (number !== undefined && ids.some(isId)) {
      ranges.push({ number: Number(number), title: plainTitle(title), first: ids[0] ?? '', last: ids[1] ?? '', place });
    } else if (likeRange.test(text) && namesIds(text, isId)) unread.push(place);
  }
  return { ranges: ranges.slice(0, rangesMax).toSorted((a, b) => a.number - b.number), unread };
}

function namesIds(text: string, isId: IsId): boolean {
  const inside = [...text.matchAll(/\(([^()]{1,400})\)/g)].map(([, words = '']) => words);
  return inside.some((words) => words.split(/[\s,;–—]+/).some((word) => isId(plainId(word))));
}

function plainId(text: string): string {
  return text.replaceAll(/[`*_]+$|^[`*_]+/g, '');
}

function plainTitle(title: string): string {
  return title.replaceAll(/[*`]|__/g, '').trim();
}

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
