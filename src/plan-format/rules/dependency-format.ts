import { nearest } from '../nearest.ts';
import type { Reading } from '../reading.ts';
import type { Mention } from '../rows.ts';
import { didYouMean, example, quoted } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

const plan = (needs: string) =>
  example(
    'id | status | description | depends_on',
    'T-1 | done | x | ',
    'T-2 | done | x | ',
    `T-3 | done | x | ${needs}`,
  );

/** Ids and commas, nothing else: half-read dependencies would start a task too early. */
export const dependencyFormat: Rule = {
  code: 'dependency-format',
  severity: 'error',
  meaning: '`depends_on` and `blocks` are ids separated by commas; one id twice, or a comma too many, is a warning.',
  bad: [
    ...['T-1;T-2', 'T-1 T-2', '[T-1](#t-1)', '~~T-1~~', 't-1', '`T-1`'].map((text) => ({
      plan: plan(text),
      at: '5:20',
    })),
    { plan: plan('T-1, and T-2'), at: '5:25' },
    { plan: plan(String.raw`a\|b, T-1, T-1`), at: ['5:20', '5:31'] },
    { plan: plan('T-1, T-1'), at: '5:25' },
    { plan: plan('T-1,'), at: '5:24' },
    { plan: plan('T-1, , T-2'), at: '5:25' },
  ],
  good: ['T-1, T-2', 'T-1,T-2', '', '-', '—', 'none', 'N/A'].map((text) => ({ plan: plan(text) })),
  *check(reading) {
    const seen = new Set<string>();
    let last: Mention | undefined;
    // Looking for the nearest of thousands for each of thousands would take minutes.
    let searches = searchesMax;
    for (const mention of reading.mentions) {
      if (mention.row !== last?.row || mention.column !== last.column) seen.clear();
      last = mention;
      const isNoId = mention.text !== '' && !reading.isId(mention.text);
      if (isNoId) searches -= 1;
      const near = isNoId && searches >= 0 ? nearestId(mention.text, reading) : undefined;
      yield* judged(mention, seen, reading, near);
      seen.add(mention.text);
    }
  },
};

const searchesMax = 100;

/** What was meant, without the marks that people put around an id. */
function nearestId(text: string, { byId }: Reading): string | undefined {
  return nearest(text.replaceAll(/^[`~*[]+|[`~*\]]+$/g, ''), byId.keys());
}

function* judged(
  mention: Mention,
  seen: ReadonlySet<string>,
  { isId }: Reading,
  near: string | undefined,
): Iterable<Finding> {
  const { text, range, column } = mention;
  if (text === '') {
    const message = `Unexpected empty entry in \`${column}\`, expected an id on both sides of a comma`;
    yield { range, severity: 'warning', message, advice: 'remove the comma' };
  } else if (!isId(text)) {
    yield {
      range,
      message: `Unexpected ${quoted(text)} in \`${column}\`, expected ids separated by commas, such as T-1, T-2`,
      advice: `${didYouMean(near)}write each id as it stands in its row`,
    };
  } else if (seen.has(text)) {
    const message = `Unexpected second ${quoted(text)} in \`${column}\`, expected each id once`;
    yield { range, severity: 'warning', message, advice: 'remove one of the two' };
  }
}
