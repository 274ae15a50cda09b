import type { PhaseRange } from '../phase-lines.ts';
import { isWithin } from '../phases.ts';
import type { Reading } from '../reading.ts';
import { cellIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

const rows = example('id | status | description', 'A-1 | done | x', 'A-2 | done | x', 'B-1 | done | x');

/** A list of phases that leaves a row out, or names none, no longer fits its table. */
export const phaseRange: Rule = {
  code: 'phase-range',
  severity: 'warning',
  meaning:
    'The ranges of a `Phase N - Title (FIRST through LAST)` list are of one series of ids, in order, do not overlap (errors), and hold every row; no such line is left unused.',
  bad: [
    { plan: `- Phase 1 - One (A-1 through A-2)\n\n${rows}`, at: '7:3' },
    {
      plan: `- Phase 1 - One (A-1 through A-2)\n- Phase 2 - Two (B-1 to B-2)\n- Phase 3 - Three (C-1 to C-2)\n\n${rows}`,
      at: '3:1',
    },
    { plan: `Phase 1: One (A-1 – A-2)\nPhase 2: Two (A-2 – B-1)\n\n${rows}`, at: ['2:1', '8:3'] },
    {
      plan: `Phase 1 - One (A-1 to A-2)\n\nPhase 2 - Two (A-2 to A-9)\n\nPhase 3 - Three (B-1 to B-1)\n\n${rows}`,
      at: '3:1',
    },
    ...[
      'Phase 1 - One (A-1)',
      'Phase 1 - One (A-1 through A-2, B-1)',
      'Phase 1 - One (B-1 to A-1)',
      'Phase 1 - One (A-2 to A-1)',
      'Phase 1 - One (C-1 to C-2)',
    ].map((line) => ({ plan: `${line}\n\n${rows}`, at: '1:1' })),
    {
      plan: `Phase 1 - One (A-1 to A-2)\n\n${rows}\n# Two\n\n${example('id | status | description', 'C-1 | done | x')}`,
      at: '1:1',
    },
    { plan: `Phase 1 - One (A-1 to A-2)\n\nPhase 1 - Two (B-1 to B-2)\n\n${rows}`, at: '3:1' },
  ],
  good: [
    ...[
      '- **Phase 1**: One (A-1 through A-2)',
      '- **Phase 1:** One (A-1 through A-2)',
      '- [ ] Phase 1 - One (A-1 thru A-2)',
      'Phase 1 - One (easy) (A-1 through A-2)',
    ].map((line) => ({ plan: `${line}\n\n- Phase 2 - Two (B-1 through B-1)\n\n${rows}` })),
    {
      plan: `# Phase 1: One (A-1 to B-1)\n\n${rows}\n# Phase 2: Two (C-1)\n\n${example('id | status | description', 'C-1 | done | x')}`,
    },
    { plan: `Phase 1 - One (B-1 to A-1)\n\n${rows}`, format: { phases: 'none' } },
    { plan: `Phase 1 was over after A-1 (see A-2)\n\n${rows}` },
    { plan: `- Phase 1 - One (A-1 through A-2)\n- Phase 2 - Two (B-1 through B-1)\n\n${rows}` },
    { plan: `Phase 2 - Review (Monday to Friday)\n\n${rows}` },
  ],
  *check(reading) {
    const { ranges, unused, by, outside, phases, phaseOf } = reading.phases;
    for (const range of unused) {
      yield by === 'sections'
        ? {
            range,
            message: 'Unexpected list of phases beside several task tables, expected one of the two',
            advice: 'each table is a phase, titled by the heading above it; remove the line, or make one table of them',
          }
        : {
            range,
            message:
              'Unexpected form of a phase, expected `Phase N - Title (FIRST through LAST)` with two ids; the line is not used',
            advice: 'write one range per line; for a single task the same id twice',
          };
    }
    for (const range of ranges) yield* judged(range, reading);
    for (const row of outside) {
      const title = phases[phaseOf.get(row) ?? -1]?.title ?? '';
      yield {
        range: cellIn(row, 'id')?.content ?? row.row.range,
        message: `Unexpected id ${quoted(row.id ?? '')} outside every range of the list of phases, expected it in one`,
        advice: `it is taken into phase ${quoted(title)} with its category; widen a range of the list`,
      };
    }
  },
};

function* judged(range: PhaseRange, { phases: { ranges }, rows: all }: Reading): Iterable<Finding> {
  const { place, first, last, number, title } = range;
  const before = ranges.slice(0, ranges.indexOf(range));
  const same = before.find((other) => other.number === number);
  const overlapping = before.find(
    (other) => isWithin(first, other) || isWithin(last, other) || isWithin(other.first, range),
  );
  if (!isWithin(first, range)) {
    const message = `Unexpected range ${quoted(first)} through ${quoted(last)}, expected two ids of one series, the smaller number first`;
    yield {
      range: place,
      severity: 'error',
      message,
      advice: 'correct the ids; a phase of two series needs a table of its own under a heading',
    };
  } else if (overlapping !== undefined) {
    const message = `Unexpected range ${quoted(first)} through ${quoted(last)}, expected none that overlaps phase ${overlapping.number}`;
    yield { range: place, severity: 'error', message, advice: 'correct the ids of one of the two' };
  } else if (same !== undefined) {
    const message = `Unexpected second phase ${number}, expected each number once`;
    yield { range: place, severity: 'error', message, advice: 'number the phases in the order in which they run' };
  } else if (!all.some((row) => row.id !== undefined && isWithin(row.id, range))) {
    const message = `Unexpected phase ${quoted(title)} without a row, expected at least one id in its range`;
    yield { range: place, message, advice: 'correct the range, or remove the line' };
  }
}
