// Level: unit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { planFormatOf } from '../../src/config/run-settings.ts';
import { configFileSchema } from '../../src/config/schema.ts';
import { ownFiles } from '../../src/own-files.ts';
import { parsePlan } from '../../src/plan-format/parse-plan.ts';

const template = (name: string) => readFileSync(join(ownFiles.templates, name), 'utf8');

async function check(text: string): Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyman-template-'));
  try {
    writeFileSync(join(directory, 'tallyman.config.yaml'), text);
    const known = { agents: ['command', 'claude'], remoteProblem: () => undefined };
    const loaded = await loadConfig({ directory, stop: directory, environment: readEnvironment({}), known });
    return loaded.ok ? loaded.value.file : loaded.error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('the config template says what an empty file means', async () => {
  expect(await check(template('config.yaml'))).toEqual(configFileSchema.parse({}));
});

test('every key that the config template suggests is one', async () => {
  const suggested = template('config.yaml').replace(/^# (?=[a-z]+:|  )/gm, '');
  expect(await check(suggested)).toMatchObject({
    branch: 'tallyman/tasks',
    agents: { mine: { stall: 600_000 } },
    repos: { web: {} },
  });
});

test('the plan template is a valid plan without a warning', () => {
  const format = planFormatOf(configFileSchema.parse({}));
  const parsed = parsePlan({ path: 'plan.md', bytes: Buffer.from(template('plan.md')) }, format);
  expect(parsed).toMatchObject({ kind: 'valid', warnings: [] });
});
