/** Which rows make which phase: sections, `Phase N - Title (FIRST through LAST)`, or id categories. Spec 4.1. */
import { categoryOf } from '../domain/ids.ts';
import type { PlanFormat } from '../domain/policy.ts';
import type { Range } from './document.ts';
import { lineRange } from './lines.ts';
import type { PhaseRange } from './phase-lines.ts';
import { findPhaseLines } from './phase-lines.ts';
import type { ReadDocument } from './read-document.ts';
import type { IsId, ReadRow } from './rows.ts';

export interface ReadPhase {
  readonly title: string;
  readonly rows: readonly ReadRow[];
}

export interface PhaseReading {
  /** In order. */
  readonly phases: readonly ReadPhase[];
  /** Index in `phases` by row; a row without an id has none. */
  readonly phaseOf: ReadonlyMap<ReadRow, number>;
  /** Where the phases come from. */
  readonly by: 'sections' | 'ranges' | 'categories' | 'none';
  readonly ranges: readonly PhaseRange[];
  /** Lines of a list of phases that say nothing, because they are not understood, or because the tables are the phases. */
  readonly unused: readonly Range[];
  /** With ranges: rows outside every one. */
  readonly outside: readonly ReadRow[];
}

export interface PhaseInput extends ReadDocument {
  readonly format: PlanFormat;
  readonly isId: IsId;
  readonly rows: readonly ReadRow[];
}

export function readPhases(input: PhaseInput): PhaseReading {
  const rows = input.rows.filter((row) => row.id !== undefined);
  if (input.format.phases === 'none') return reading('none', [{ title: onlyTitle(rows, 'Tasks'), rows }]);
  const { ranges, unread } = findPhaseLines(input);
  if (input.document.tables.length > 1) {
    // A heading may name the ids of its table: it is the phase.
    const headings = new Set(input.structure.headings.map(({ line }) => lineRange(input.lines, line).start));
    const unused = [...ranges.map(({ place }) => place), ...unread].filter(({ start }) => !headings.has(start));
    return reading('sections', bySection(input, rows), { unused });
  }
  const inRange = rows.some((row) => ranges.some((range) => isWithin(row.id ?? '', range)));
  if (inRange) return { ...byRanges(rows, ranges), unused: unread };
  const categories = byCategory(rows);
  const phases =
    categories.length < 2 ? [{ title: onlyTitle(rows, categories[0]?.title ?? 'Tasks'), rows }] : categories;
  return reading('categories', phases, { ranges, unused: unread });
}

function reading(by: PhaseReading['by'], phases: readonly ReadPhase[], more: Partial<PhaseReading> = {}): PhaseReading {
  const phaseOf = new Map(phases.flatMap((phase, index) => phase.rows.map((row) => [row, index] as const)));
  return { phases, phaseOf, by, ranges: [], unused: [], outside: [], ...more };
}

function onlyTitle(rows: readonly ReadRow[], otherwise: string): string {
  const heading = rows[0]?.table.heading ?? '';
  return heading === '' ? otherwise : heading;
}

function bySection(input: PhaseInput, rows: readonly ReadRow[]): ReadPhase[] {
  const sections = new Map<number, { title: string; rows: ReadRow[] }>();
  for (const { heading, headingLine } of input.document.tables) {
    if (sections.has(headingLine)) continue;
    const title = heading === '' ? `Phase ${sections.size + 1}` : heading;
    sections.set(headingLine, { title, rows: [] });
  }
  for (const row of rows) sections.get(row.table.headingLine)?.rows.push(row);
  return [...sections.values()];
}

const noCategory = 'Other';

function byCategory(rows: readonly ReadRow[]): { title: string; rows: ReadRow[] }[] {
  const groups = new Map<string, ReadRow[]>();
  for (const row of rows) {
    const title = categoryTitle(row);
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [row]);
    else group.push(row);
  }
  return [...groups].map(([title, members]) => ({ title, rows: members }));
}

function categoryTitle(row: ReadRow): string {
  return (row.id === undefined ? undefined : categoryOf(row.id)) ?? noCategory;
}

/** `MS-SEC-001` as what stands before its number, and the number; undefined for an id without one. */
function numbered(id: string): { readonly before: string; readonly number: number } | undefined {
  const digits = /\d+$/.exec(id)?.[0];
  return digits === undefined ? undefined : { before: id.slice(0, -digits.length), number: Number(digits) };
}

/** Is an id of the range's own series, and between its ends? */
export function isWithin(id: string, range: PhaseRange): boolean {
  const [at, first, last] = [numbered(id), numbered(range.first), numbered(range.last)];
  if (at === undefined || first === undefined || last === undefined) return false;
  if (at.before !== first.before || at.before !== last.before) return false;
  return first.number <= at.number && at.number <= last.number;
}

function byRanges(rows: readonly ReadRow[], ranges: readonly PhaseRange[]): PhaseReading {
  const groups = ranges.map((range) => ({ title: range.title, rows: [] as ReadRow[] }));
  const outside: ReadRow[] = [];
  for (const row of rows) {
    const group = groups[ranges.findIndex((range) => isWithin(row.id ?? '', range))];
    if (group === undefined) outside.push(row);
    else group.rows.push(row);
  }
  const extra: { title: string; rows: ReadRow[] }[] = [];
  for (const row of outside) {
    const title = categoryTitle(row);
    let group = groups.find((one) => one.rows.some((other) => categoryTitle(other) === title));
    group ??= extra.find((one) => one.title === title);
    if (group === undefined) extra.push((group = { title, rows: [] }));
    group.rows.push(row);
  }
  const order = new Map(rows.map((row, index) => [row, index]));
  const phases = [...groups.filter((group) => group.rows.length > 0), ...extra].map((group) => ({
    title: group.title,
    rows: group.rows.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
  }));
  return reading('ranges', phases, { ranges, outside });
}
