import { visible } from '../../domain/plain-text.ts';
import { isSettled } from '../../domain/row-status.ts';
import { parseStatus } from '../columns.ts';
import type { Reading } from '../reading.ts';
import type { ReadRow } from '../rows.ts';
import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Finding, Rule } from './rule.ts';

const plan = (branch: string) => example('id | status | description | branch', `T-1 | done | x | ${branch}`);

const rows = (...branches: readonly string[]) =>
  example(
    'id | status | description | branch',
    ...branches.map((branch, index) => `T-${index + 1} | not-started | x | ${branch}`),
  );

/** The rules of `git check-ref-format --branch`, and none that a command line takes for an option. */
export const branchName: Rule = {
  code: 'branch-name',
  severity: 'error',
  meaning:
    '`branch` is a name that git accepts for a branch, also beside the others: `fix` and `fix/a` cannot both be one.',
  bad: [
    'a b',
    '-x',
    '--orphan=x',
    'a..b',
    'a.lock',
    '/a',
    'a/',
    'a//b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[1]',
    'x@{1}',
    '@',
    'a.',
    '.a',
    'b/.c',
    'HEAD',
    String.raw`a\\b`,
    'refs/heads/x',
    'x'.repeat(250),
    'é'.repeat(150),
    'fix\u200b',
    'fi\u202ex',
  ]
    .map((text) => ({ plan: plan(text), at: '3:20' }))
    .concat({ plan: rows('fix', 'fix/a'), at: '4:27' }, { plan: rows('tallyman', ''), at: '3:27' }),
  good: ['fix/security', 'feature_1.2', 'ümlaut', '', '—']
    .map((text) => ({ plan: plan(text) }))
    .concat({ plan: rows('fix/b', 'fix/a') }),
  *check(reading) {
    yield* placesTaken(reading);
    for (const row of reading.rows) {
      const text = row.isBroken ? '' : textIn(row, 'branch');
      const cell = cellIn(row, 'branch');
      if (text === '' || cell === undefined || isBranchName(text)) continue;
      const message = `Unexpected branch ${quoted(text)}, expected a name that git accepts, such as \`fix/security\``;
      yield { range: cell.content, message, advice: 'use letters, digits, `-`, `_`, `.` and `/`' };
    }
  },
};

/** A branch is a file among git's refs, so that none may stand where another needs a folder. Of rows still to be done, by repo. */
function* placesTaken({ rows: all, format }: Reading): Iterable<Finding> {
  const first = new Map<string, { readonly row: ReadRow; readonly repo: string; readonly branch: string }>();
  for (const row of all) {
    if (row.isBroken || isSettled(parseStatus(textIn(row, 'status')) ?? 'not-started')) continue;
    const [repo, branch] = [textIn(row, 'repo'), textIn(row, 'branch') || format.defaultBranch];
    const key = `${repo}\0${branch}`;
    if (branch.length <= branchMax && !first.has(key)) first.set(key, { row, repo, branch });
  }
  for (const { row, repo, branch } of first.values()) {
    for (let at = branch.indexOf('/'); at >= 0; at = branch.indexOf('/', at + 1)) {
      const other = first.get(`${repo}\0${branch.slice(0, at)}`);
      if (other === undefined) continue;
      // The longer name is marked, unless it is the default, which stands in no cell.
      const marked = textIn(row, 'branch') === '' ? other : { row, branch };
      const beside = marked === other ? branch : other.branch;
      yield {
        range: cellIn(marked.row, 'branch')?.content ?? marked.row.row.range,
        message: `Unexpected branch ${quoted(marked.branch)} beside ${quoted(beside)}, expected names of which none is a folder of another`,
        advice: 'rename one of the two: git keeps branches as files',
      };
    }
  }
}

/** Longer names meet the limits of file systems, because a ref is a file. */
const branchMax = 200;

function isBranchName(name: string): boolean {
  if (
    new TextEncoder().encode(name).length > branchMax ||
    visible(name) !== name ||
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(name)
  )
    return false;
  if (name.includes('..') || name.includes('@{') || name === '@' || name === 'HEAD' || name.startsWith('-'))
    return false;
  if (name.startsWith('refs/') || name.endsWith('.')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
