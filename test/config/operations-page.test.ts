// Level: unit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCodeMeanings } from '../../src/cli/exit-codes.ts';
import { commands } from '../../src/cli/commands.ts';
import { configFileSchema } from '../../src/config/schema.ts';
import { ownFiles } from '../../src/own-files.ts';

const page = readFileSync(join(ownFiles.root, 'docs/operations.md'), 'utf8');

test('the config of the page is valid', () => {
  const yaml = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
  expect(configFileSchema.safeParse(parse(yaml)).error?.issues).toBeUndefined();
});

test('the page has every exit code with its meaning', () => {
  for (const [code, meaning] of Object.entries(exitCodeMeanings)) expect(page).toContain(`| ${code} | ${meaning}`);
});

test('the page names every command', () => {
  for (const name of commands.map((entry) => entry.usage.split(' ')[0] ?? ''))
    if (!['graph', 'prompt'].includes(name)) expect(page).toMatch(new RegExp(`\\b${name}\\b`));
});
