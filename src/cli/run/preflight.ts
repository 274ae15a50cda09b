/**
 * What must be right before anything is claimed: prompt template, base branch, agents, rights to push.
 * All checks run; all that is wrong is said at once.
 */
import { createAgents } from '../../adapters/agent/registry.ts';
import type { AgentAdapter } from '../../adapters/agent/port.ts';
import { inheritedVariables } from '../../config/environment.ts';
import type { RunSettings } from '../../contracts/run-settings.ts';
import { repoOf } from '../../contracts/run-settings.ts';
import type { Task } from '../../domain/plan.ts';
import { checkTemplate } from '../../views/prompt-placeholders.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { Refusal } from '../refusal.ts';
import { checkAgentPrograms } from './agent-program.ts';
import { agentsOf } from './agents-wanted.ts';
import { type FoundRun, reachable } from './find-run.ts';
import type { RemotePlan } from './remote-plan.ts';

/** Branches asked about: each costs a connection, and a plan may name hundreds. */
const branchesAsked = 20;

export async function preflight(context: Context, found: FoundRun, remote: RemotePlan): Promise<void> {
  const open = remote.plan.phases.flatMap((phase) => phase.tasks).filter((task) => !isSettled(task));
  await checkPrompt(context, found, remote);
  const problems = [
    ...(await checkAgents(found, open)),
    ...(await checkAgentPrograms(found, open)),
    ...(await checkBases(found)),
    ...(await checkPushes(found, remote, open)),
  ];
  if (problems.length > 0) throw new Refusal(`Nothing was started:`, problems);
}

function isSettled(task: Task): boolean {
  return task.status !== 'not-started' && task.status !== 'in-progress';
}

async function checkPrompt(context: Context, { config, git }: FoundRun, remote: RemotePlan): Promise<void> {
  const path = config.run.promptTemplate;
  if (path === undefined) return;
  const file = await git.read(remote.tip, path);
  if (file === undefined)
    throw new Refusal(`The prompt template ${path} is not on ${config.run.plan.branch} of ${git.remote}.`, [
      'Commit and push it, or remove `prompt.template` from the config.',
    ]);
  const columns = [...new Set(remote.document.tables.flatMap((table) => Object.keys(table.extra)))];
  const problems = checkTemplate(new TextDecoder().decode(file.bytes), columns, path);
  if (problems.length === 0) return;
  await context.printDiagnostics(problems);
  throw new Refusal(`The prompt template ${path} is not valid; nothing was started.`, [], exitCodes.invalid);
}

async function checkAgents({ config }: FoundRun, open: readonly Task[]): Promise<readonly string[]> {
  const { run, host } = config;
  const adapters: Readonly<Record<string, AgentAdapter>> = createAgents(inheritedVariables(host.variables));
  const answers = await Promise.all(
    agentsOf(run, open).map(async (name) => {
      const settings = run.agents[name];
      const adapter = settings === undefined ? undefined : adapters[settings.preset];
      if (settings === undefined || adapter === undefined) return unknownAgent(name, run);
      const probe = await adapter.probe(settings);
      return probe.kind === 'ready' ? [] : [`Agent "${name}": ${probe.kind.replace('-', ' ')}. ${probe.fix}`];
    }),
  );
  return answers.flat();
}

function unknownAgent(name: string, run: RunSettings): readonly string[] {
  const names = Object.keys(run.agents);
  return [
    `Agent "${name}": unknown. ${names.length === 0 ? 'No agent is configured: add' : `Known are ${names.join(', ')}; or add`} ` +
      `\`agents: { ${name}: { command: [program, argument] } }\` to tallyman.config.yaml, or choose one with \`agent: NAME\`.`,
  ];
}

async function checkBases({ config, gitOf }: FoundRun): Promise<readonly string[]> {
  const { run } = config;
  const bases = Object.values(run.repos).map((repo) => ({
    remote: repo.remote ?? run.plan.remote,
    branch: repo.base ?? (repo.remote === undefined ? run.plan.baseBranch : undefined),
  }));
  const answers = await Promise.all(
    unique(bases).map(async ({ remote, branch }) => {
      const git = gitOf(remote);
      if (branch === undefined || (await reachable(() => git.tip(branch))) !== undefined) return [];
      return [`Base branch ${branch}: not on ${git.remote}. Push it, or set \`base\` in tallyman.config.yaml.`];
    }),
  );
  return answers.flat();
}

async function checkPushes(found: FoundRun, remote: RemotePlan, open: readonly Task[]): Promise<readonly string[]> {
  const { run } = found.config;
  const places = [
    { remote: run.plan.remote, branch: run.plan.branch },
    ...open.map((task) => ({ remote: repoOf(run, task.repo).remote ?? run.plan.remote, branch: task.branch })),
  ];
  // Rights on another repository show when its first work lands: its commits are not in this cache yet.
  const own = unique(places)
    .filter((place) => place.remote === run.plan.remote)
    .slice(0, branchesAsked);
  const answers = await Promise.all(
    own.map(async ({ branch }) => {
      const tip = (await reachable(() => found.git.tip(branch))) ?? remote.tip;
      await reachable(() => found.git.fetch(tip));
      const outcome = await reachable(() => found.git.mayPush(branch, tip));
      // An answer that is neither yes nor "overtaken" would come again at the first real push, and for ever.
      return outcome.kind === 'refused' || outcome.kind === 'unknown'
        ? [
            `Branch ${branch}: ${found.git.remote} refuses a push (${outcome.text}). Allow it for your account, or choose another branch.`,
          ]
        : [];
    }),
  );
  return answers.flat();
}

function unique<T extends { readonly remote: string; readonly branch: string | undefined }>(
  places: readonly T[],
): readonly T[] {
  return [...new Map(places.map((place) => [`${place.remote} ${place.branch ?? ''}`, place])).values()];
}
