/**
 * What this host offers to hold all that a program starts: a PID namespace, whose end kills everything in it, where the
 * kernel and the rights allow it; else the program's process group and the marker. Tried once for each process of ours.
 */
import { execFile } from 'node:child_process';
import type { Sandbox } from '../../processes/step-directory.ts';

/** The program dies with its supervisor. */
const withParent = ['setpriv', '--pdeathsig', 'KILL'];
const unshare = ['unshare', '--pid', '--fork', '--kill-child'];
/** Without root: a user namespace in which we keep our own name. */
const asOurselves = ['--user', '--map-current-user'];
/** Only its own processes are seen in /proc, so that no environment of ours can be read there. */
const ownProc = ['--mount-proc'];
/**
 * The init of the namespace. The program is not process 1 itself: to that one the kernel delivers only the signals it
 * handles. The shell's own words ("Killed") are kept out of the program's output.
 */
const init = ['/bin/sh', '-c', 'exec 3>&2 2>/dev/null; "$@" 2>&3 3>&-; exit $?', 'tallyman-step'];

const namespaces: readonly (readonly string[])[] = [
  [...withParent, ...unshare, ...ownProc],
  [...withParent, ...unshare, ...asOurselves, ...ownProc],
  [...withParent, ...unshare],
  [...withParent, ...unshare, ...asOurselves],
  [...unshare, ...asOurselves],
];
const groups: readonly (readonly string[])[] = [withParent, []];

const probeMs = 5000;
let found: Promise<Sandbox> | undefined;

export function findSandbox(): Promise<Sandbox> {
  found ??= probe();
  return found;
}

async function probe(): Promise<Sandbox> {
  for (const wrap of namespaces) {
    if (await works([...wrap, ...init, '/bin/sh', '-c', 'exit 7']))
      return { kind: 'namespace', wrap: [...wrap, ...init] };
  }
  return findGroupSandbox();
}

/** Process group and marker alone, as on a host without namespaces. */
export async function findGroupSandbox(): Promise<Sandbox> {
  for (const wrap of groups) {
    if (wrap.length === 0 || (await works([...wrap, '/bin/sh', '-c', 'exit 7']))) return { kind: 'group', wrap };
  }
  return { kind: 'group', wrap: [] };
}

/** The exit code comes through, so the wrapper really ran the program. */
function works(command: readonly string[]): Promise<boolean> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    execFile(file, args, { timeout: probeMs }, (error) => {
      resolve(error?.code === 7);
    });
  });
}
