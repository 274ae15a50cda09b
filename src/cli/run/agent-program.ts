/**
 * Agents whose command is a path in the repository: looked for where their tasks start, before anything is written.
 * A path of this machine and a name on PATH are looked for by the agent's own probe.
 */
import { isAbsolute, posix } from 'node:path';
import type { Git } from '../../adapters/git/port.ts';
import { type AgentSettings, type RepoSettings, repoOf, type RunSettings } from '../../contracts/run-settings.ts';
import type { CommitSha } from '../../domain/ids.ts';
import type { Task } from '../../domain/plan.ts';
import { agentOf } from './agents-wanted.ts';
import { type FoundRun, reachable } from './find-run.ts';

/** Places looked at: each costs a connection, and a plan may name hundreds of branches. */
const placesAsked = 20;
/** Of a link or a submodule git knows no content: what is behind it shows when the agent is started. */
const opaque = ['120000', '160000'];

interface Place {
  readonly agent: AgentSettings;
  readonly file: string;
  readonly repo: RepoSettings;
  readonly branch: string;
}

/** A line per program that is not there, or cannot be run. */
export async function checkAgentPrograms(found: FoundRun, open: readonly Task[]): Promise<readonly string[]> {
  const { run } = found.config;
  const places = open.flatMap((task) => placeOf(run, task));
  const unique = new Map(places.map((place) => [`${place.agent.name} ${place.repo.name} ${place.branch}`, place]));
  const problems = await Promise.all([...unique.values()].slice(0, placesAsked).map((place) => check(found, place)));
  return [...new Set(problems.flat())];
}

function placeOf(run: RunSettings, task: Task): readonly Place[] {
  const agent = run.agents[agentOf(run, task) ?? ''];
  const file = agent?.command[0];
  if (agent === undefined || file === undefined || isAbsolute(file) || !file.includes('/')) return [];
  return [{ agent, file, repo: repoOf(run, task.repo), branch: task.branch }];
}

async function check({ config, gitOf }: FoundRun, place: Place): Promise<readonly string[]> {
  const { agent, file, repo } = place;
  const git = gitOf(repo.remote ?? config.run.plan.remote);
  const start = await reachable(() => startOf(git, config.run, place));
  // Base branches have a check of their own.
  if (start === undefined) return [];
  await reachable(() => git.fetch(start.tip));
  const modes = await Promise.all(foldersOf(repo).map((folder) => modeOf(git, start.tip, posix.join(folder, file))));
  if (modes.some((mode) => mode === 'unknown' || mode === '100755')) return [];
  const where = `on ${start.branch} of ${git.remote}`;
  const command = `Its command is "${file}", a path in the repository, and`;
  if (modes.includes('100644'))
    return [
      `Agent "${agent.name}": not executable. ${command} ${where} that file may not be executed. ` +
        `\`git update-index --chmod=+x ${file}\`, commit and push it.`,
    ];
  // A set-up command may make it.
  if (repo.setup !== undefined) return [];
  return [
    `Agent "${agent.name}": missing. ${command} there is no such file ${where}. ` +
      `Commit and push it, or mend \`agents.${agent.name}.command\`: an absolute path, or a name on PATH.`,
  ];
}

/** Where work of the task begins: its branch if the remote has it, else the base. */
async function startOf(
  git: Git,
  run: RunSettings,
  { repo, branch }: Place,
): Promise<{ readonly branch: string; readonly tip: CommitSha } | undefined> {
  const base = repo.base ?? (repo.remote === undefined ? run.plan.baseBranch : undefined);
  for (const name of [branch, ...(base === undefined ? ['develop', await git.defaultBranch()] : [base])]) {
    const tip = name === undefined ? undefined : await git.tip(name);
    if (name !== undefined && tip !== undefined) return { branch: name, tip };
  }
  return undefined;
}

function foldersOf(repo: RepoSettings): readonly string[] {
  if (repo.path !== undefined) return [repo.path];
  return repo.name === '' || repo.remote !== undefined ? [''] : [`apps/${repo.name}`, `packages/${repo.name}`];
}

/** Mode of the file; `unknown` when git cannot tell what will be there. Folders have no mode of their own here. */
async function modeOf(git: Git, commit: CommitSha, path: string): Promise<string | undefined> {
  if (/^\.\.|(^|\/)\.git(\/|$)/i.test(path)) return 'unknown';
  const parts = path.split('/').filter((part) => part !== '');
  const paths = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  const modes = await Promise.all(paths.map(async (place) => (await git.read(commit, place))?.mode));
  return modes.some((mode) => opaque.includes(mode ?? '')) ? 'unknown' : modes.at(-1);
}
