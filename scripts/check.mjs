#!/usr/bin/env node
// `npm run check`: the fast inner loop. Format, types, import rules, dead code, lint, unit, property and golden tests.
import { setup } from './setup.mjs';
import { checks, runStages, vitest } from './stages.mjs';

await setup();
await runStages([...checks, vitest('unit')]);
