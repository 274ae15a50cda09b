/** Processes of a Linux host from /proc: parent, group and start time of each, and whether its environment carries a marker. */
import { readdir, readFile } from 'node:fs/promises';
import type { ProcessEntry } from './process-tree-entry.ts';

export async function readLinuxTable(marker: string): Promise<readonly ProcessEntry[]> {
  const wanted = Buffer.from(`TALLYMAN_STEP=${marker}\0`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries: ProcessEntry[] = [];
  // One after another: a supervisor has one thread for files, and a sweep must not flood it.
  for (const pid of pids) {
    const entry = parseLinuxEntry(Number(pid), await readOrEmpty(`/proc/${pid}/stat`));
    if (entry === undefined) continue;
    const environment = await readOrEmpty(`/proc/${pid}/environ`);
    entries.push({ ...entry, marked: environment.includes(wanted) });
  }
  return entries;
}

/** /proc/PID/stat; the command in parentheses may hold spaces and parentheses. undefined for a zombie, which needs no killing. */
export function parseLinuxEntry(pid: number, stat: Uint8Array): Omit<ProcessEntry, 'marked'> | undefined {
  const text = Buffer.from(stat).toString('latin1');
  const [state, parent, group, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const start = rest[16]; // Field 22 of the line, the 20th after the command.
  if (state === 'Z' || state === 'X' || start === undefined) return undefined;
  return { pid, parent: Number(parent), group: Number(group), start };
}

async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    return Buffer.alloc(0); // Gone meanwhile, or another user's: not one that we started.
  }
}
