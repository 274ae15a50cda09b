// Level: replay.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';

const histories = join(import.meta.dirname, 'histories');
const files = readdirSync(histories).filter((name) => name.endsWith('.json'));

/** The workflow id is in the history's first event. */
function replay(text: string): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: { codePath: inject('workflowBundle') } }, JSON.parse(text));
}

describe('recorded histories', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(8);
  });

  it.each(files)('%s is replayed without a difference', async (name) => {
    await replay(readFileSync(join(histories, name), 'utf8'));
  });

  it('another order of dispatch does not pass', async () => {
    const name = files.find((file) => file.startsWith('phaseWorkflow-two-phases'));
    const text = readFileSync(join(histories, name ?? ''), 'utf8');
    expect(text).toContain('"A.a1.agent.1"');
    const other = text.replaceAll('"A.a1.agent.1"', '"B.a1.agent.1"');
    await expect(replay(other)).rejects.toThrow(/activity id/i);
  });
});
