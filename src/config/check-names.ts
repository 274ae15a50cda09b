/** Checks that need more than one key: names of agents and presets, limits that contradict each other, gates named twice. */
import { nearest } from '../domain/nearest.ts';
import type { KnownKinds } from './known-kinds.ts';
import type { Problem } from './problems.ts';
import { type ConfigFile, defaultAgent } from './schema.ts';

type AgentKeys = ConfigFile['agents'][string];

export function checkNames(file: ConfigFile, known: KnownKinds): readonly Problem[] {
  return [
    ...Object.entries(file.agents).flatMap(([name, agent]) => checkAgent(name, agent, known)),
    // The default is no name that a person wrote: whether it is there is seen when a run starts.
    ...(file.agent === defaultAgent ? [] : checkAgentName(['agent'], file.agent, file, known)),
    ...Object.entries(file.repos).flatMap(([name, repo]) => [
      ...(repo.agent === undefined ? [] : checkAgentName(['repos', name, 'agent'], repo.agent, file, known)),
      ...checkGateIds(['repos', name, 'gates', 'run'], repo.gates?.run ?? []),
    ]),
    ...checkGateIds(['gates', 'run'], file.gates.run),
    ...checkRemotes(file, known),
  ];
}

/** Names that a row, a repo or the default may use. */
export function agentNames(file: ConfigFile, known: KnownKinds): readonly string[] {
  return [...new Set([...Object.keys(file.agents), ...known.agents.filter((preset) => preset !== 'command')])];
}

/** The preset of an agent of the file. */
export function presetOf(name: string, agent: AgentKeys, known: KnownKinds): string {
  return agent.preset ?? (agent.command === undefined && known.agents.includes(name) ? name : 'command');
}

function checkAgent(name: string, agent: AgentKeys, known: KnownKinds): readonly Problem[] {
  const path = ['agents', name];
  const preset = presetOf(name, agent, known);
  const problems: Problem[] = [];
  if (!known.agents.includes(preset))
    problems.push(notOneOf([...path, 'preset'], preset, known.agents, 'the preset of an agent'));
  if (preset === 'command' && agent.command === undefined)
    problems.push(
      problem(
        path,
        'key',
        `Unexpected agent \`${name}\` without a command`,
        '`command`: the program to run and its arguments',
        `add \`command: [program, argument]\`, or \`preset\` with one of ${known.agents.join(', ')}`,
      ),
    );
  if (preset !== 'command' && agent.command !== undefined)
    problems.push(
      problem(
        [...path, 'command'],
        'key',
        `Unexpected \`command\` with the preset \`${preset}\``,
        'it only with the preset `command`',
        'remove one of the two; more arguments go into `args`',
      ),
    );
  if (agent.stall > agent.timeLimit)
    problems.push(
      problem(
        [...path, 'stall'],
        'value',
        `Unexpected \`stall\` (${seconds(agent.stall)}) above \`timeLimit\` (${seconds(agent.timeLimit)})`,
        'a stall limit that can be reached',
        'lower `stall` or raise `timeLimit`',
      ),
    );
  return problems;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function checkAgentName(
  path: readonly PropertyKey[],
  name: string,
  file: ConfigFile,
  known: KnownKinds,
): readonly Problem[] {
  const names = agentNames(file, known);
  return names.includes(name) ? [] : [notOneOf(path, name, names, 'an agent')];
}

function checkGateIds(path: readonly PropertyKey[], run: ConfigFile['gates']['run']): readonly Problem[] {
  if (run === 'default') return [];
  return run.flatMap((gate, place) =>
    run.findIndex((other) => other.id === gate.id) === place
      ? []
      : [
          problem(
            [...path, place, 'id'],
            'value',
            `Unexpected second gate named "${gate.id}"`,
            'a name of its own for each gate',
            'rename one',
          ),
        ],
  );
}

function checkRemotes(file: ConfigFile, known: KnownKinds): readonly Problem[] {
  const remotes: (readonly [readonly PropertyKey[], string | undefined])[] = [
    [['plan', 'remote'], file.plan.remote],
    ...Object.entries(file.repos).map(([name, repo]) => [['repos', name, 'remote'], repo.remote] as const),
  ];
  return remotes.flatMap(([path, remote]) => {
    const sentence = remote === undefined ? undefined : known.remoteProblem(remote, file.git.protocols);
    if (sentence === undefined) return [];
    const [message, advice] = sentence.split(/ — (.*)/s);
    return [
      { path, at: 'value', code: 'config-value', message: message ?? sentence, advice: advice ?? 'mend the address' },
    ];
  });
}

function notOneOf(path: readonly PropertyKey[], name: string, names: readonly string[], what: string): Problem {
  const near = nearest(name, names);
  return problem(
    path,
    'value',
    `Unexpected "${name}"`,
    `${what}: one of ${names.join(', ')}`,
    near === undefined ? 'add it to `agents`, or use one of those' : `did you mean "${near}"?`,
  );
}

function problem(
  path: readonly PropertyKey[],
  at: 'key' | 'value',
  unexpected: string,
  expected: string,
  advice: string,
): Problem {
  return { path, at, code: 'config-value', message: `${unexpected}, expected ${expected}`, advice };
}
