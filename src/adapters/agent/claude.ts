/** Preset `claude`: Claude Code, headless, its events as JSON lines. Command line and events as measured with 2.1.197 and 2.1.330 (test/samples/claude). */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AgentSettings } from '../../contracts/run-settings.ts';
import { ClaudeReader } from './claude-reader.ts';
import { findProgram } from './find-program.ts';
import type { AgentAdapter, AgentCommand, AgentProbe, AgentRequest } from './port.ts';

export interface ClaudeOptions {
  /** What agents inherit: the program is looked up on its PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** It refuses to bypass permissions as root. */
  readonly isRoot: boolean;
}

export function claudeAgent(options: ClaudeOptions): AgentAdapter {
  return {
    preset: 'claude',
    command: (request) => command(request, options.isRoot),
    reader: (request) => new ClaudeReader(request.settings.name),
    probe: (settings) => probe(settings, options),
  };
}

function command({ settings, session }: AgentRequest, isRoot: boolean): AgentCommand {
  return {
    file: programOf(settings),
    args: [
      ...settings.command.slice(1),
      ...['-p', '--output-format', 'stream-json', '--verbose'],
      // The host's own settings and servers have no say in what an agent of a plan may do.
      ...['--setting-sources', '', '--strict-mcp-config'],
      ...permissionArgs(settings.permission, isRoot),
      ...(settings.model === undefined ? [] : ['--model', settings.model]),
      ...(settings.effort === undefined ? [] : ['--effort', settings.effort]),
      ...(session === undefined ? [] : ['--resume', session.id]),
      ...settings.extraArgs,
    ],
    env: { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    stdin: 'prompt',
  };
}

function permissionArgs(permission: AgentSettings['permission'], isRoot: boolean): readonly string[] {
  switch (permission) {
    case 'all':
      return isRoot
        ? ['--permission-mode', 'dontAsk', '--allowedTools', 'Bash Edit Read Write']
        : ['--permission-mode', 'bypassPermissions'];
    case 'edit':
      return ['--permission-mode', 'acceptEdits'];
    case 'ask':
      return ['--permission-mode', 'default'];
  }
}

function programOf(settings: AgentSettings): string {
  return settings.command[0] ?? 'claude';
}

/** A start of Node on a busy machine takes seconds. */
const versionMs = 30_000;

async function probe(settings: AgentSettings, { environment }: ClaudeOptions): Promise<AgentProbe> {
  const file = programOf(settings);
  const found = await findProgram(file, environment['PATH'] ?? '');
  if (found.kind === 'relative') return { kind: 'ready', version: 'unknown' };
  if (found.kind === 'missing') {
    return {
      kind: 'missing',
      fix: `Agent "${settings.name}" is Claude Code, and there is no program "${file}". Install it with \`npm install -g @anthropic-ai/claude-code\`, or name another agent in the config.`,
    };
  }
  try {
    const { stdout } = await promisify(execFile)(found.at, ['--version'], { env: environment, timeout: versionMs });
    return { kind: 'ready', version: /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown' };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
    return { kind: 'missing', fix: `\`${found.at} --version\` does not work: ${why}. Install Claude Code again.` };
  }
}
