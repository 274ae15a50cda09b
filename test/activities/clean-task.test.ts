// Level: activity, on real folders; the run records are a list.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanTask } from '../../src/activities/clean-task.ts';
import type { Ports } from '../../src/activities/ports.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import type { PlanSettings } from '../../src/contracts/run-settings.ts';
import { planId } from '../../src/domain/ids.ts';
import { run } from './attempt-rig.ts';

const plan = { id: planId('0a1b2c3d') } as PlanSettings;

test.each([
  [false, ['0a1b2c3d/T-1/']],
  [true, []],
])('a settled task leaves its workspace and records only for a look (keep: %s)', async (keep, gone) => {
  const workspaces = createWorkspaces({ stateDirectory: mkdtempSync(join(tmpdir(), 'tallyman-clean-')) });
  const workspace = workspaces.ofTask(plan.id, 'T-1');
  await workspaces.make(workspace);
  await workspaces.writeMark(workspace, { plan: plan.id, task: 'T-1', base: 'b', run, ready: true });
  const forgotten: string[] = [];
  const supervisor = {
    forget: (prefix: string) => {
      forgotten.push(prefix);
      return Promise.resolve();
    },
  } as unknown as Ports['supervisor'];
  const input = { plan, task: 'T-1', run, keep };
  await cleanTask({ workspaces, supervisor } as Ports, input);
  await cleanTask({ workspaces, supervisor } as Ports, input);
  expect(existsSync(workspace.root)).toBe(keep);
  expect([...new Set(forgotten)]).toEqual(gone);
});
