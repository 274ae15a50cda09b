// Level: unit (golden).
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { currentRules } from '../../../src/domain/decide/rules.ts';
import { chance, Simulator } from '../../support/simulator.ts';
import { row } from '../../support/state-builder.ts';

const file = new URL('rules-golden.json', import.meta.url);
const sequences = 1000;

/** One story: a plan, a policy and what happens, all from the seed. */
function commandsOf(seed: number): string {
  const next = chance(seed);
  const rows = Array.from({ length: 1 + Math.floor(next() * 7) }, (_, at) =>
    row(`T-${at + 1}`, {
      needs: at > 0 && next() < 0.5 ? [`T-${1 + Math.floor(next() * at)}`] : [],
      branch: next() < 0.6 ? 'work' : 'other',
      repo: next() < 0.7 ? '' : 'api',
      approve: next() < 0.1 ? ['after'] : [],
      ...(next() < 0.5 ? { estimate: Math.floor(next() * 50_000) } : {}),
    }),
  );
  const chances = { failures: 0.15, faults: 0.15, requests: 0.08, edits: 0.05, snapshots: 0.04 };
  const world = new Simulator(rows, seed, chances, { concurrency: 1 + (seed % 4), attempts: 1 + (seed % 3) });
  world.isSlow = false;
  world.play();
  return JSON.stringify(world.log);
}

describe('the rules', () => {
  test(`give the commands of rules ${currentRules} for ${sequences} seeded stories`, { timeout: 120_000 }, () => {
    const hash = createHash('sha256');
    for (let seed = 1; seed <= sequences; seed += 1) hash.update(commandsOf(seed));
    const found = hash.digest('hex');
    if (process.env['UPDATE_GOLDEN'] === '1')
      writeFileSync(file, `${JSON.stringify({ rules: currentRules, sequences, hash: found }, null, 2)}\n`);
    const golden = JSON.parse(readFileSync(file, 'utf8')) as { rules: number; hash: string };
    const advice =
      'decide() gives other commands than these rules did, so histories of running runs would not replay. ' +
      'Give the change a new number in src/domain/decide/rules.ts and branch on it; before the first release ' +
      'run this test with UPDATE_GOLDEN=1.';
    expect({ rules: golden.rules, hash: found }, advice).toEqual({ rules: currentRules, hash: golden.hash });
  });
});
