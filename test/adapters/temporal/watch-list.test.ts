// Level: adapter, on real files.
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { healWatchLists, openWatchList } from '../../../src/adapters/temporal/watch-list.ts';
import type { StepWatcher } from '../../../src/adapters/supervisor/port.ts';

const watcher = (activityId: string): StepWatcher => ({ workflowId: 'w', runId: 'r', activityId });
const failed: string[] = [];
const fates = {
  failStep: ({ activityId }: StepWatcher) => {
    failed.push(activityId);
    return Promise.resolve(activityId === 'over' ? ('not-started-there' as const) : ('failed' as const));
  },
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watchers-'));
  failed.length = 0;
});

describe('the list of what a worker is at', () => {
  it('of a dead worker: what had begun and not ended is reported, and the list is gone; a cut line is no harm', async () => {
    const lines = [
      { pid: 1, start: 'long ago', boot: 'another' },
      { began: 1, watcher: watcher('ended') },
      { began: 2, watcher: watcher('open') },
      { ended: 1 },
      { began: 3, watcher: watcher('over') },
    ];
    await writeFile(
      join(directory, '99.ndjson'),
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"began":4,"wat`,
    );
    expect(await healWatchLists(directory, fates)).toBe(1);
    expect(failed).toEqual(['open', 'over']);
    expect(await readdir(directory)).toEqual([]);
  });

  it('of a live worker is left alone, and says what it is at', async () => {
    const list = openWatchList(directory);
    const ended = list.began(watcher('A.a1.agent.1'));
    ended();
    list.close();
    const name = `${process.pid}.ndjson`;
    await expect.poll(() => readFile(join(directory, name), 'utf8').catch(() => '')).toContain('{"ended":1}');
    expect(await healWatchLists(directory, fates)).toBe(0);
    expect(failed).toEqual([]);
    expect(await readdir(directory)).toEqual([name]);
  });

  it('is not there on a new host', async () => {
    expect(await healWatchLists(join(directory, 'none'), fates)).toBe(0);
  });
});
