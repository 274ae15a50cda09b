import type { Rule } from './rule.ts';

/** An empty plan is a mistake, not a plan that is done. */
export const emptyFile: Rule = {
  code: 'empty-file',
  severity: 'error',
  isDecisive: true,
  meaning: 'The file has text in it.',
  bad: [
    { plan: '', at: '1:1' },
    { plan: '\ufeff \n\t\r\n', at: '1:1' },
  ],
  good: [{ plan: 'x' }],
  *check({ lines }) {
    if (lines.text.trim() !== '') return;
    yield {
      range: { start: 0, end: 0 },
      message: 'Unexpected empty file, expected a table with the columns `id`, `status` and `description`',
      advice: 'write the tasks, or look whether this is the right path and branch',
    };
  },
};
