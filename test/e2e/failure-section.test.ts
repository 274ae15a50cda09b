// Level: end to end. What mends a defect is the failing gate's own words in the prompt, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ownFiles } from '../../src/own-files.ts';
import { makeSmallRun, type SmallPlan } from './small-run.ts';
import { walkHistory } from './walk-history.ts';

/** The two tasks of the demo whose agent makes a defect first: one fails `test`, one `lint`. */
const rows: SmallPlan['rows'] = [
  { id: 'HB-SEC-005', repo: 'api', branch: 'fix/oidc' },
  { id: 'HB-SEC-008', repo: 'coordinator', branch: 'fix/credentials' },
];
const template = readFileSync(join(ownFiles.templates, 'prompt.md'), 'utf8');

async function endOf(
  more: Pick<SmallPlan, 'files' | 'config'>,
): Promise<{ code: number | null; status: readonly string[]; attempts: readonly number[] }> {
  const run = await makeSmallRun({ rows, temporalBinary: inject('temporalBinary'), ...more });
  try {
    const { code, output } = await run.tallyman('run');
    const walk = walkHistory((...args) => run.remote.git(...args));
    expect(walk.problems, output).toEqual([]);
    return { code, status: walk.rows.map((row) => row['status'] ?? ''), attempts: Object.values(walk.attempts) };
  } finally {
    await run.close();
  }
}

describe('the failure section of the prompt', () => {
  test('with it both tasks are mended at their second attempt', async () => {
    expect(await endOf({})).toEqual({ code: 0, status: ['done', 'done'], attempts: [2, 2] });
  }, 120_000);

  test('cut from the template, both tasks end failed', async () => {
    const cut = template.replace('{failure}\n', '');
    expect(cut).not.toBe(template);
    const files = { 'docs/prompt.md': cut };
    const config = 'attempts: 2\nprompt: { template: docs/prompt.md }\n';
    expect(await endOf({ files, config })).toEqual({ code: 1, status: ['failed', 'failed'], attempts: [2, 2] });
  }, 120_000);
});
