// Level: replay. Records the histories that replay.test.ts replays; run by scripts/record.mjs alone.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { ownFiles } from '../../src/own-files.ts';
import { newPlanName, Rig, settingsFor } from '../workflows/rig.ts';
import { scenarios } from './scenarios.ts';

const histories = join(import.meta.dirname, 'histories');

describe('recording', () => {
  it.each(scenarios().map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    const rig = await Rig.open();
    try {
      await rig.work(scenario.world);
      const run = await rig.start(settingsFor(newPlanName(), scenario.policy));
      await scenario.meanwhile?.(run, scenario.world);
      expect(await run.end()).toHaveProperty('kind');
      for (const [type, handle] of [['planWorkflow', run.plan] as const, ['phaseWorkflow', run.phase()] as const]) {
        const file = join(histories, `${type}-${name}-${ownFiles.version()}.json`);
        await writeFile(file, historyToJSON(await handle.fetchHistory()));
      }
    } finally {
      await rig.close();
    }
  });
});
