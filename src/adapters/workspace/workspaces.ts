/**
 * Workspaces of this host, `<state>/workspaces/<plan8>/<task>/`: a marker, the clone, prompt and result.
 *   W1  nothing outside `<state>/workspaces` is written or removed, whatever a name or a symlink says
 *   W2  a folder is ours when its marker says so; one without a marker is the rest of an unfinished start
 *   W3  a name is free or holds a whole workspace: removal renames first
 */
import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanId } from '../../domain/ids.ts';
import { invariant } from '../../domain/result.ts';
import { deleteTree, emptyTrash, namesIn } from './delete-tree.ts';
import type { GatePlace, TaskWorkspace, WorkspaceMark, Workspaces } from './port.ts';
import { isMissing, isPlainName, isRealFolder, realFolder } from './safe-path.ts';
import { clear, readUntrusted, writeWhole } from './small-files.ts';

const markName = 'tallyman.json';
const releasedName = 'released';
const commitName = 'commit';
/** Gate runs lie beside the tasks; no task id begins with `_gates`, for a folder named so is no id's folder (see `folderName`). */
const gatesName = '_gates';

export function createWorkspaces(options: { readonly stateDirectory: string }): Workspaces {
  const root = join(options.stateDirectory, 'workspaces');
  return {
    ofTask: (plan, task) => taskWorkspace(root, plan, task),
    mark: (workspace) => readMark(workspace.root),
    writeMark: async (workspace, mark) => {
      await makeFolder(workspace.root);
      await clear(join(workspace.root, releasedName));
      await writeWhole(join(workspace.root, markName), `${JSON.stringify(mark)}\n`);
    },
    make: async (workspace) => {
      await deleteTree(root, workspace.root);
      await makeFolder(workspace.root);
      await makeFolder(workspace.home);
    },
    writePrompt: (workspace, text) => writeWhole(workspace.promptFile, text),
    clearResult: (workspace) => clear(workspace.resultFile),
    readResult: (workspace) => readUntrusted(workspace.resultFile),
    remove: (workspace) => {
      invariant(workspace.root.startsWith(`${root}/`), `"${workspace.root}" is no workspace`);
      return deleteTree(root, workspace.root);
    },
    forGates: (plan, name) => gatePlace(root, plan, name),
    release: async (workspace) => {
      if ((await readMark(workspace.root)) !== undefined) await writeWhole(join(workspace.root, releasedName), '');
    },
    bound: (plan, count) => bound(root, plan, count),
    folder: realFolder,
  };
}

function taskWorkspace(root: string, plan: PlanId, task: string): TaskWorkspace {
  const at = join(root, folderName(plan), folderName(task));
  return {
    root: at,
    code: join(at, 'code'),
    promptFile: join(at, 'prompt.md'),
    resultFile: join(at, 'result.json'),
    home: join(at, 'home'),
  };
}

/** Ids are plain names already; anything else gets a name of its own instead of a way out. */
function folderName(name: string): string {
  if (isPlainName(name) && name !== gatesName) return name;
  return `_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  invariant(await isRealFolder(path), `"${path}" is no directory of ours`);
}

async function readMark(at: string): Promise<WorkspaceMark | undefined> {
  if (!(await isRealFolder(at))) return undefined;
  const file = await readUntrusted(join(at, markName));
  if (file.kind !== 'text') return undefined;
  try {
    const mark = JSON.parse(file.text) as Partial<WorkspaceMark>;
    const { plan, task, base, run, branchTip, ready } = mark;
    if (plan === undefined || task === undefined || base === undefined || run === undefined) return undefined;
    return { plan, task, base, run, ready: ready === true, ...(branchTip === undefined ? {} : { branchTip }) };
  } catch {
    return undefined; // Not JSON: no marker of ours.
  }
}

async function gatePlace(root: string, plan: PlanId, name: string): Promise<GatePlace> {
  const at = join(root, folderName(plan), gatesName, folderName(name));
  const file = await readUntrusted(join(at, commitName));
  const ready = file.kind === 'text';
  if (!ready) await deleteTree(root, at);
  await makeFolder(at);
  return {
    directory: join(at, 'code'),
    ready,
    ...(ready ? { commit: file.text } : {}),
    markReady: (commit) => writeWhole(join(at, commitName), commit),
    remove: () => deleteTree(root, at),
  };
}

async function bound(root: string, plan: PlanId, count: number): Promise<void> {
  await emptyTrash(root);
  const folder = join(root, folderName(plan));
  const released: { readonly path: string; readonly at: number }[] = [];
  for (const name of await namesIn(folder)) {
    const at = await changedAt(join(folder, name, releasedName));
    if (at !== undefined) released.push({ path: join(folder, name), at });
  }
  released.sort((a, b) => b.at - a.at);
  for (const { path } of released.slice(count)) await deleteTree(root, path);
}

async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
