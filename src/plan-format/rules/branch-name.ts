import { cellIn, textIn } from '../rows.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (branch: string) => example('id | status | description | branch', `T-1 | done | x | ${branch}`);

/** The rules of `git check-ref-format --branch`, and none that a command line takes for an option. */
export const branchName: Rule = {
  code: 'branch-name',
  severity: 'error',
  meaning: '`branch` is a name that git accepts for a branch.',
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
  ].map((text) => ({ plan: plan(text), at: '3:20' })),
  good: ['fix/security', 'feature_1.2', 'ümlaut', '', '—'].map((text) => ({ plan: plan(text) })),
  *check({ rows }) {
    for (const row of rows) {
      const text = row.isBroken ? '' : textIn(row, 'branch');
      const cell = cellIn(row, 'branch');
      if (text === '' || cell === undefined || isBranchName(text)) continue;
      const message = `Unexpected branch ${quoted(text)}, expected a name that git accepts, such as \`fix/security\``;
      yield { range: cell.content, message, advice: 'use letters, digits, `-`, `_`, `.` and `/`' };
    }
  },
};

/** Longer names meet the limits of file systems, because a ref is a file. */
const branchMax = 200;

function isBranchName(name: string): boolean {
  if (name.length > branchMax || /[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes('..') || name.includes('@{') || name === '@' || name === 'HEAD' || name.startsWith('-'))
    return false;
  if (name.startsWith('refs/') || name.endsWith('.')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
