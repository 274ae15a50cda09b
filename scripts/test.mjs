#!/usr/bin/env node
// `npm test`: everything, on a machine that has only Node and git. Does its own set-up first.
import { setup } from './setup.mjs';
import { checks, runStages, vitest } from './stages.mjs';

await setup();
await runStages([...checks, vitest('unit'), vitest('server'), vitest('e2e')]);
