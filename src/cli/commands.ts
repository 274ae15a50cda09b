/** THE table of commands: the help and the parser are made from it. */
import type { CommandEntry, OptionEntry } from './command.ts';

const json: OptionEntry = { flags: '--json', meaning: 'the same as data, on stdout' };
const config: OptionEntry = { flags: '--config <FILE>', meaning: 'this config file instead of the one found' };
const plan: OptionEntry = {
  flags: '--plan <PATH>',
  meaning: 'path of the plan in the repository (default: docs/tasks.md)',
};
const reason: OptionEntry = { flags: '-m, --message <WHY>', meaning: 'why; kept in the history' };
const about = [config, plan];

export const commands: readonly CommandEntry[] = [
  {
    usage: 'validate [FILES...]',
    group: 'Before a run:',
    summary: 'check plan files: every problem with its place and what to do',
    detail: 'Without FILES: the plan of the config, in the working copy. Exit 2 on errors, 0 with warnings only.',
    options: [json, config],
    examples: ['tallyman validate', 'tallyman validate docs/*.md --json'],
    load: () => import('./commands/validate.ts'),
  },
  {
    usage: 'plan [FILE]',
    group: 'Before a run:',
    summary: 'waves, critical path, widest parallelism, estimated tokens',
    options: [json, config],
    load: () => import('./commands/plan.ts'),
  },
  {
    usage: 'graph [FILE]',
    group: 'Before a run:',
    summary: 'the dependency graph as Mermaid',
    options: [config],
    examples: ['tallyman graph > graph.mmd'],
    load: () => import('./commands/graph.ts'),
  },
  {
    usage: 'config',
    group: 'Before a run:',
    summary: 'the settings in force, and where they come from',
    options: [{ flags: '--keys', meaning: 'every key with its meaning and default' }, json, config],
    load: () => import('./commands/config.ts'),
  },
  {
    usage: 'prompt <ID>',
    group: 'Before a run:',
    summary: 'what the agent of a task would be told',
    options: [config],
    load: () => import('./commands/prompt.ts'),
  },
  {
    usage: 'run',
    group: 'A run:',
    summary: 'run the plan to its end, everything in one process; again: go on',
    detail:
      'Checks first: config, remote, plan, agents, rights to push; nothing is written anywhere before they pass. ' +
      'Then a Temporal server (the configured one, else an embedded one), a worker, the run and a live view.\n' +
      'Ctrl-C once: finish what runs, start nothing new. Twice: interrupt the agents, sessions kept. Three times: leave at once. ' +
      'Nothing is lost in any case.',
    options: [
      plan,
      { flags: '--concurrency <N>', meaning: 'agents that run at a time', number: true },
      { flags: '--allow-red', meaning: 'go on although the gates of the base fail' },
      { flags: '--take-over', meaning: 'own the plan although a run from elsewhere says it does' },
      {
        flags: '--retry <ID>',
        meaning: 'reopen this failed or blocked task first; may be given several times',
        many: true,
      },
      { flags: '--detach', meaning: 'go on in the background' },
      config,
    ],
    examples: ['tallyman run', 'tallyman run --concurrency 4', 'tallyman run --retry MS-SEC-004'],
    load: () => import('./commands/run.ts'),
  },
  {
    usage: 'start',
    group: 'A run:',
    summary: 'start the run alone; workers elsewhere serve it',
    options: [
      plan,
      { flags: '--concurrency <N>', meaning: 'agents that run at a time', number: true },
      { flags: '--allow-red', meaning: 'go on although the gates of the base fail' },
      { flags: '--take-over', meaning: 'own the plan although a run from elsewhere says it does' },
      config,
    ],
    load: () => import('./commands/start.ts'),
  },
  {
    usage: 'worker',
    group: 'A run:',
    summary: 'serve runs of any plan on the configured Temporal server',
    options: [config],
    load: () => import('./commands/worker.ts'),
  },
  {
    usage: 'server',
    group: 'A run:',
    summary: 'the embedded Temporal server and its Web UI, in the foreground',
    options: [config],
    load: () => import('./commands/server.ts'),
  },
  {
    usage: 'status',
    group: 'Looking:',
    summary: 'where the run stands; answers with no worker',
    options: [{ flags: '-w, --watch', meaning: 'the live view, until the run ends or Ctrl-C' }, json, ...about],
    load: () => import('./commands/status.ts'),
  },
  {
    usage: 'why <ID>',
    group: 'Looking:',
    summary: 'in one line, why a task does not run, or what it does',
    options: about,
    load: () => import('./commands/why.ts'),
  },
  {
    usage: 'logs <ID>',
    group: 'Looking:',
    summary: 'what the newest step of a task printed on this machine',
    options: [
      { flags: '-f, --follow', meaning: 'go on printing to its end' },
      { flags: '--step <NAME>', meaning: 'of this step: prepare, agent, gates or land' },
      ...about,
    ],
    load: () => import('./commands/logs.ts'),
  },
  {
    usage: 'pause',
    group: 'Steering:',
    summary: 'start nothing new until `resume`; survives restarts',
    options: [{ flags: '--now', meaning: 'also interrupt the agents, sessions kept' }, reason, ...about],
    load: () => import('./commands/pause.ts'),
  },
  {
    usage: 'resume',
    group: 'Steering:',
    summary: 'go on after a pause, a held agent or three failures of one cause',
    options: [reason, ...about],
    load: () => import('./commands/resume.ts'),
  },
  {
    usage: 'stop',
    group: 'Steering:',
    summary: 'interrupt the agents, give claimed rows back, end the run',
    options: [reason, ...about],
    load: () => import('./commands/stop.ts'),
  },
  {
    usage: 'retry <ID>',
    group: 'Steering:',
    summary: 'reopen a failed or blocked task and what waited for it',
    options: [reason, ...about],
    load: () => import('./commands/retry.ts'),
  },
  {
    usage: 'skip <ID>',
    group: 'Steering:',
    summary: 'mark a task skipped, which lets its dependents start',
    options: [reason, ...about],
    load: () => import('./commands/skip.ts'),
  },
  {
    usage: 'cancel <ID>',
    group: 'Steering:',
    summary: 'end the attempt of a task; its row is failed',
    options: [reason, ...about],
    load: () => import('./commands/cancel.ts'),
  },
  {
    usage: 'approve <ID>',
    group: 'Steering:',
    summary: 'let a task go on that waits for a person',
    options: [reason, ...about],
    load: () => import('./commands/approve.ts'),
  },
  {
    usage: 'set <KEY> <VALUE>',
    group: 'Steering:',
    summary: 'change a setting of the run under way: `set concurrency 4`',
    options: [reason, ...about],
    load: () => import('./commands/set.ts'),
  },
];
