#!/usr/bin/env node
/** Entry of `tallyman`: arguments -> a command -> an exit code. Only here a process ends. */
import { createContext } from './cli/context.ts';
import { endWith } from './cli/ending.ts';
import { runProgram } from './cli/program.ts';

await endWith(() => runProgram(process.argv.slice(2), createContext()));
