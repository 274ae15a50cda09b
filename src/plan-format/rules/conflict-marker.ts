import { lineRange, lineText } from '../lines.ts';
import { example, quoted } from './rule.ts';
import type { Rule } from './rule.ts';

/** A file in the middle of a merge has two truths. */
export const conflictMarker: Rule = {
  code: 'conflict-marker',
  severity: 'error',
  isDecisive: true,
  meaning: 'The file has no markers of an unresolved merge.',
  bad: [
    {
      plan: `${example('id | status | description')}<<<<<<< HEAD\n| T-1 | done | x |\n=======\n| T-1 | failed | x |\n>>>>>>> theirs\n`,
      at: ['3:1', '5:1', '7:1'],
    },
  ],
  good: [
    { plan: `Title\n=======\n\n${example('id | status | description', 'T-1 | done | <<<<<<< HEAD')}` },
    { plan: `\`\`\`\n<<<<<<< HEAD\n\`\`\`\n\n${example('id | status | description', 'T-1 | done | x')}` },
  ],
  *check({ lines, structure }) {
    if (!/^(?:<{7}|>{7})(?: |$)/m.test(lines.text)) return;
    const code = structure.hidden.filter((block) => block.inside === 'code');
    let isOpen = false;
    for (let line = 0; line < lines.count; line += 1) {
      const marker = /^(?:<{7}|>{7}|\|{7}|={7})(?= |$)/.exec(lineText(lines, line).slice(0, 8))?.[0];
      if (marker === undefined || code.some((block) => block.first <= line && line <= block.last)) continue;
      if (marker.startsWith('<')) isOpen = true;
      // A row of `=` underlines a heading everywhere else.
      if (!isOpen && !marker.startsWith('>')) continue;
      if (marker.startsWith('>')) isOpen = false;
      const { start } = lineRange(lines, line);
      yield {
        range: { start, end: start + marker.length },
        message: `Unexpected merge conflict marker ${quoted(marker)}, expected a merged file`,
        advice: 'resolve the conflict and remove the markers',
      };
    }
  },
};
