/**
 * All that a step started, ended. A process belongs to the step when it carries the marker, is in the program's
 * process group, was seen below the program before, or descends from one of these. The namespace, where the host has
 * one, has killed them already; this is the proof, and the whole of the killing where there is none.
 */
import { startOf, type ProcessIdentity } from './process-identity.ts';
import type { ProcessEntry } from './process-tree-entry.ts';
import { readLinuxTable } from './process-tree-linux.ts';
import { readMacosTable } from './process-tree-macos.ts';

export interface TreeRoots {
  readonly marker: string;
  /** Its process group belongs to the step; missing when the program may not be the one recorded any more. */
  readonly program?: { readonly pid: number };
  /** Seen as members before, by pid. */
  readonly recorded?: ReadonlyMap<number, string>;
}

/** All processes of this host, as far as we may see them. */
export function readTable(marker: string): Promise<readonly ProcessEntry[]> {
  return process.platform === 'linux' ? readLinuxTable(marker) : readMacosTable();
}

/** The entries that belong to the step. Never the caller itself, nor process 1. */
export function membersOf(table: readonly ProcessEntry[], roots: TreeRoots): readonly ProcessEntry[] {
  const members = new Map<number, ProcessEntry>();
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of table) children.set(entry.parent, [...(children.get(entry.parent) ?? []), entry]);
  const add = (entry: ProcessEntry): void => {
    if (members.has(entry.pid) || entry.pid === process.pid || entry.pid <= 1) return;
    members.set(entry.pid, entry);
    children.get(entry.pid)?.forEach(add);
  };
  for (const entry of table) {
    const isRecorded = roots.recorded?.get(entry.pid) === entry.start;
    const isInGroup = entry.group === roots.program?.pid;
    if (entry.marked || isRecorded || isInGroup) add(entry);
  }
  return [...members.values()];
}

/** A fork may slip between looking and killing, so the table is read until it is empty twice. Bounded: 200 rounds are some seconds. */
const roundsMax = 200;
const roundPauseMs = 10;

/** Kills every member with SIGKILL until none is left; returns those that would not die. */
export async function killMembers(roots: TreeRoots): Promise<readonly ProcessEntry[]> {
  let members: readonly ProcessEntry[] = [];
  for (let round = 0, empty = 0; round < roundsMax; round += 1) {
    members = membersOf(await readTable(roots.marker), roots);
    empty = members.length === 0 ? empty + 1 : 0;
    if (empty === 2) return [];
    for (const member of members) killOne(member);
    if (members.length > 0) await new Promise((resolve) => setTimeout(resolve, roundPauseMs));
  }
  return members;
}

/** SIGTERM to the program's own process group; false when it is gone. */
export function askGroupToEnd(program: Pick<ProcessIdentity, 'pid'>): boolean {
  return signalTo(-program.pid, 'SIGTERM');
}

export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // Gone, or not ours.
  }
}

function killOne(member: ProcessEntry): void {
  if (startOf(member.pid) === member.start) signalTo(member.pid, 'SIGKILL');
}
