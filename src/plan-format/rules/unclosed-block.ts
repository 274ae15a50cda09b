import { lineRange, lineText } from '../lines.ts';
import { isTaskHeader, scanLine } from '../read-document.ts';
import { unclosedBlock } from '../unclosed-block.ts';
import { example } from './rule.ts';
import type { Rule } from './rule.ts';

const table = example('id | status | description', 'T-1 | done | x');

/** Such a block hides whatever comes after it, now or later. A task table in it is named by `no-table`. */
export const unclosedBlockRule: Rule = {
  code: 'unclosed-block',
  severity: 'warning',
  meaning: 'A code block, a comment or other HTML that is begun is closed: it hides the rest of the file.',
  bad: [
    ...['```', '~~~~js\n~~~', '<!-- note', '<pre>', '<![CDATA['].map((text) => ({
      plan: `${table}\n${text}\nmore\n\nand more\n`,
      at: '5:1',
    })),
  ],
  good: ['```\nx\n```', '~~~~\n~~~\n~~~~~', '<!-- a\n\nb -->', '<pre>\n\n</pre>', '<div>\nx', '- ```\n  x'].map(
    (text) => ({
      plan: `${table}\n${text}\n`,
    }),
  ),
  *check({ lines, structure }) {
    const block = unclosedBlock(lines, structure);
    if (block === undefined) return;
    for (let line = block.first; line <= block.last; line += 1) {
      if (lineText(lines, line).includes('|') && isTaskHeader(scanLine(lines, line))) return;
    }
    const isCode = block.inside === 'code';
    yield {
      range: lineRange(lines, block.first),
      message: `Unexpected ${isCode ? 'code block' : 'HTML'} without an end, expected it closed: it goes on to the end of the file`,
      advice: isCode ? 'write the closing fence' : 'write what closes it, such as `-->`',
    };
  },
};
