/**
 * The user's file: every key, its type, default and meaning. THE place of a setting; `config --keys` prints it.
 * An empty file is valid. Names of kinds (agent presets) are checked in check-names.ts, which knows the registries.
 */
import { z } from 'zod';
import { branch, command, count, duration, repositoryPath, size, text, variableName } from './values.ts';

const author = z
  .strictObject({
    name: text('a name').describe('Name in the commit.'),
    email: text('an e-mail address').describe('E-mail address in the commit.'),
  })
  .describe('Name and e-mail of commits.');

const planKeys = z.strictObject({
  path: repositoryPath('docs/tasks.md')
    .default('docs/tasks.md')
    .describe('The plan file, from the root of the repository.'),
  branch: branch().optional().describe("Branch on which the plan lives. Default: the remote's default branch."),
  remote: text('the address of a git remote')
    .optional()
    .describe('Git remote. Default: the address of `origin` where the command runs.'),
  idPattern: text('a regular expression')
    .refine(isPattern, { error: 'a regular expression that JavaScript reads' })
    .default('^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-\\d+$')
    .describe('What a task id looks like.'),
  phases: z
    .enum(['auto', 'none'], { error: '`auto` or `none`' })
    .default('auto')
    .describe('`auto`: from tables, ranges or categories. `none`: the whole plan is one phase.'),
  skipCi: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('`[skip ci]` in the subjects of status commits.'),
  author: author
    .default({ name: 'Tallyman', email: 'tallyman@localhost' })
    .describe('Author of the commits that change the plan.'),
});

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false; // A SyntaxError is the one thing RegExp throws.
  }
}

const agentKeys = z.strictObject({
  preset: text('the name of an agent preset')
    .optional()
    .describe('How to talk to it. Default: the preset of the same name, or `command` when `command` is set.'),
  command: command().optional().describe('Preset `command`: program and arguments, run without a shell.'),
  model: text('the name of a model').optional().describe("Model, in the agent's own words."),
  effort: text('an effort level').optional().describe("Reasoning effort, in the agent's own words."),
  args: z
    .array(z.string({ error: 'text' }), { error: 'a list of arguments' })
    .default([])
    .describe('More arguments for the agent.'),
  env: z
    .array(variableName(), { error: 'a list of names of environment variables' })
    .default([])
    .describe('Names of variables handed to the agent beside the usual ones. Values stay in the environment.'),
  stall: duration().prefault('10m').describe('Silent longer than this, the agent is ended.'),
  timeLimit: duration().prefault('60m').describe('Running longer than this, the agent is ended.'),
  outputMax: size().prefault('64MiB').describe('Output above this ends the agent.'),
  lease: duration()
    .prefault('15m')
    .describe('An agent that no worker watches is ended after this; its session is kept.'),
  permission: z
    .enum(['all', 'edit', 'ask'], { error: '`all`, `edit` or `ask`' })
    .default('all')
    .describe('What the agent may do without asking: everything, edits alone, or nothing.'),
});

const gateKeys = z.strictObject({
  id: text('a name')
    .refine((id) => /^[A-Za-z0-9][\w.-]{0,39}$/.test(id), { error: 'a name of letters, digits, `.`, `_`, `-`' })
    .describe('Name of the gate in notes and reports.'),
  command: command().describe('Must exit 0. Run without a shell, in the folder of the task.'),
  timeout: duration().prefault('10m').describe('Longer than this, the gate has failed.'),
});

const gateRules = {
  mode: z
    .enum(['first-failure', 'all'], { error: '`first-failure` or `all`' })
    .describe('Stop at the first gate that fails, or run all of them.'),
  workspace: z
    .enum(['fresh', 'agent'], { error: '`fresh` or `agent`' })
    .describe(
      '`fresh`: a clone of exactly the commit that lands. `agent`: the folder the agent worked in; the report says so.',
    ),
  run: z
    .union([z.literal('default'), z.array(gateKeys)], {
      error: '`default`, or a list of gates such as `- { id: lint, command: npm run lint }`',
    })
    .describe('`default`: those of lint, typecheck and test that package.json has.'),
};

const gates = z.strictObject({
  concurrency: count(1, 100)
    .default(1)
    .describe('Gate runs at a time on this host, over all runs: test suites share ports and databases.'),
  mode: gateRules.mode.default('first-failure'),
  workspace: gateRules.workspace.default('fresh'),
  run: gateRules.run.default('default'),
});

const repoKeys = z.strictObject({
  path: repositoryPath('apps/web')
    .optional()
    .describe('Folder in the repository. Default: `apps/NAME`, else `packages/NAME`.'),
  remote: text('the address of a git remote').optional().describe("Another repository. Default: the plan's own."),
  base: branch().optional().describe('Base of new branches there.'),
  setup: command().optional().describe('Instead of the general `setup`.'),
  setupTimeout: duration().optional().describe('Instead of the general `setupTimeout`.'),
  gates: z
    .strictObject({
      mode: gateRules.mode.optional(),
      workspace: gateRules.workspace.optional(),
      run: gateRules.run.optional(),
    })
    .optional()
    .describe('Instead of the general `gates`, key by key.'),
  agent: text('the name of an agent').optional().describe('Agent of the tasks there that name none.'),
  stack: z.boolean({ error: 'true or false' }).optional().describe('Instead of the general `stack`.'),
});

const waitPoints = z.array(text('a task id, a category or the number of a phase'), {
  error: 'a list of ids, categories or phases',
});

/** Names of agents and repos become parts of files, refs and cells. */
const name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'a name of letters, digits, `.`, `_`, `-`' });

export const defaultAgent = 'claude';

export const configFileSchema = z.strictObject({
  plan: z
    .union([repositoryPath('docs/tasks.md').transform((path) => planKeys.parse({ path })), planKeys], {
      error: 'a path such as `docs/tasks.md`, or the keys path, branch, remote, idPattern, phases, skipCi, author',
    })
    .prefault({})
    .describe('The plan: a path, or its keys.'),
  branch: branch().optional().describe("Branch of rows that name none. Default: `tallyman/` and the plan file's name."),
  base: branch()
    .optional()
    .describe('Base of new branches. Default: `develop` if the remote has it, else its default branch.'),
  concurrency: count(1, 500).default(1).describe('Agents that run at a time.'),
  attempts: count(1, 100).default(3).describe('Attempts a task may fail before its row is `failed`.'),
  order: z
    .enum(['auto', 'table', 'critical-path'], { error: '`auto`, `table` or `critical-path`' })
    .default('auto')
    .describe('`auto`: table order with one agent at a time, else the longest remaining path first.'),
  agent: text('the name of an agent').default(defaultAgent).describe('Agent of rows that name none.'),
  agents: z
    .record(name, agentKeys, { error: 'agents by name' })
    .default({})
    .describe('Agents by name. Presets need no entry.'),
  repos: z
    .record(name, repoKeys, { error: 'repos by name' })
    .default({})
    .describe('Workspaces that the `repo` column may name.'),
  setup: command().optional().describe('Run once in a fresh workspace, such as `pnpm install --frozen-lockfile`.'),
  setupTimeout: duration().prefault('15m').describe('Longer than this, the set-up has failed.'),
  stack: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('Merge the branches of dependencies into the start of a task.'),
  gates: gates.prefault({}).describe('Checks that must pass on exactly the commit that lands.'),
  approve: z
    .strictObject({
      before: waitPoints.default([]).describe('Before the task starts.'),
      after: waitPoints.default([]).describe('Before its work lands.'),
    })
    .prefault({})
    .describe('Wait for `tallyman approve`: by id, category (`SEC`) or phase (`1`).'),
  noCommit: z
    .enum(['accept', 'fail'], { error: '`accept` or `fail`' })
    .default('accept')
    .describe(
      'An agent that says twice that nothing needs changing: done once the gates are green, or a failed attempt.',
    ),
  prompt: z
    .strictObject({
      template: repositoryPath('docs/prompt.md')
        .optional()
        .describe('Template in the repository instead of the built-in one.'),
      referenceReport: z
        .string({ error: 'a path or a sentence' })
        .default('')
        .describe('Named in the prompt as reference report.'),
    })
    .prefault({})
    .describe('What agents are told.'),
  commit: z
    .strictObject({
      type: z
        .string({ error: 'a commit type such as `fix`' })
        .regex(/^[a-z][a-z0-9-]{0,19}$/, { error: 'a commit type in lower case, such as `fix`' })
        .default('fix')
        .describe('`fix` of `fix(ID): …`.'),
      author: author.optional().describe("Author of the agents' commits. Default: your git identity."),
    })
    .prefault({})
    .describe('Commits of the work.'),
  publish: z
    .strictObject({
      minInterval: duration('zero-allowed').prefault('0s').describe('Least time between two pushes of the plan.'),
    })
    .prefault({})
    .describe('Writing the plan to the remote.'),
  history: z
    .strictObject({
      events: count(100, 40_000)
        .default(4000)
        .describe('Events of one workflow execution; at 60 % the phase continues as new.'),
      bytes: size().prefault('4MiB').describe('The same, in bytes.'),
    })
    .prefault({})
    .describe('Budget of the workflow history.'),
  refs: z
    .enum(['refs', 'branches'], { error: '`refs` or `branches`' })
    .default('refs')
    .describe('Where attempts are kept: under `refs/tallyman/`, or as branches where a forge refuses that.'),
  git: z
    .strictObject({
      protocols: z
        .array(z.enum(['git', 'http'], { error: '`git` or `http`' }), { error: 'a list of protocols' })
        .default([])
        .describe('Protocols taken beyond https and ssh; on this machine they always are.'),
    })
    .prefault({})
    .describe('Remotes.'),
  host: z
    .strictObject({
      agents: count(1, 500).default(4).describe('Agents that run at a time on this host, over all runs.'),
      stateDirectory: text('an absolute path')
        .refine((path) => path.startsWith('/'), { error: 'an absolute path' })
        .optional()
        .describe('Default: `tallyman` in $XDG_STATE_HOME, else in ~/.local/state.'),
    })
    .prefault({})
    .describe('This machine.'),
  temporal: z
    .strictObject({ binary: text('a path').optional().describe('Temporal CLI for the embedded server.') })
    .prefault({})
    .describe('The embedded server. Another server: the standard Temporal environment configuration.'),
});

export type ConfigFile = z.output<typeof configFileSchema>;
