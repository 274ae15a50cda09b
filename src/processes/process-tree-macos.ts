/** Processes of a macOS host from `ps`. Environments cannot be read there, so the supervisor records the tree while it runs: a process that leaves its group and loses its parent within a second is missed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessEntry } from './process-tree-entry.ts';

const run = promisify(execFile);

export async function readMacosTable(): Promise<readonly ProcessEntry[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,pgid=,state=,lstart='], { maxBuffer: 16 * 1024 * 1024 });
  return parseProcessTable(stdout);
}

/** Lines as `  501   1   501 Ss   Mon Nov 24 09:00:00 2025`; a line of another form, or of a zombie, is left out. */
export function parseProcessTable(text: string): readonly ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, state = '', ...start] = line.trim().split(/\s+/);
    const numbers = [pid, parent, group].map(Number);
    if (start.length !== 5 || state.startsWith('Z') || numbers.some((number) => !Number.isInteger(number))) return [];
    const [pidNumber = 0, parentNumber = 0, groupNumber = 0] = numbers;
    return [{ pid: pidNumber, parent: parentNumber, group: groupNumber, start: start.join(' '), marked: false }];
  });
}
