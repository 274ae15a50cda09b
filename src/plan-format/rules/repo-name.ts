import { nearest } from '../nearest.ts';
import { cellIn, textIn } from '../rows.ts';
import { didYouMean, example, listed, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

const plan = (repo: string) => example('id | status | description | repo', `T-1 | done | x | ${repo}`);
const two = { repos: ['api', 'web'] };

/** A workspace's name is a folder's name, never a path. */
export const repoName: Rule = {
  code: 'repo-name',
  severity: 'error',
  meaning: '`repo` is one of `repos` of the config, or, where the config names none, the name of a folder.',
  bad: [
    ...['../x', '/etc', 'a/b', '.git', '-x', 'a b'].map((text) => ({ plan: plan(text), at: '3:20' })),
    { plan: plan('wbe'), format: two, at: '3:20' },
  ],
  good: [...['api', 'my_app.2', '', 'none'].map((text) => ({ plan: plan(text) })), { plan: plan('web'), format: two }],
  *check({ rows, format: { repos } }) {
    for (const row of rows) {
      const text = row.isBroken ? '' : textIn(row, 'repo');
      const cell = cellIn(row, 'repo');
      if (text === '' || cell === undefined) continue;
      if (repos === 'any') {
        if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(text)) continue;
        const message = `Unexpected repo ${quoted(text)}, expected the name of a folder of \`apps/\` or \`packages/\``;
        yield { range: cell.content, message, advice: 'write the name alone, or name it under `repos` in the config' };
      } else if (!repos.includes(text)) {
        const message = `Unexpected repo ${quoted(text)}, expected one of ${listed(repos, 8)}`;
        yield {
          range: cell.content,
          message,
          advice: `${didYouMean(nearest(text, repos))}correct it, or add it to \`repos\` in the config`,
        };
      }
    }
  },
};
