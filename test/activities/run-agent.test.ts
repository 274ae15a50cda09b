// Level: activity, on real git, real processes and real folders.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runAgent } from '../../src/activities/run-agent.ts';
import type { RunAgentInput } from '../../src/contracts/activities.ts';
import type { AgentSettings } from '../../src/contracts/run-settings.ts';
import { type CommitSha, commitSha } from '../../src/domain/ids.ts';
import type { StepEnd } from '../../src/domain/step.ts';
import { gitIn } from '../support/git-remote.ts';
import { processesWith } from '../support/supervised.ts';
import { type AttemptRig, attemptRig, key, reasonOf, testScope } from './attempt-rig.ts';

let rig: AttemptRig;
let base: CommitSha;
let attempt = 0;

beforeAll(async () => {
  rig = await attemptRig({ 'docs/prompt.md': 'ONLY {id}: {description}\n{failure}\n' });
});
afterAll(() => rig.end());
afterEach(() => {
  attempt += 1;
});

/** Each test has an attempt of its own, in a fresh workspace. */
async function turn(
  program: string,
  change: Partial<AgentSettings> = {},
  input: Partial<RunAgentInput> = {},
): Promise<StepEnd> {
  base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt), attempt });
  return again(program, change, input);
}

function again(
  program: string,
  change: Partial<AgentSettings> = {},
  input: Partial<RunAgentInput> = {},
): Promise<StepEnd> {
  const agent = rig.scripted(program, change);
  return runAgent(
    rig.ports,
    rig.agentInput(base, agent, { attempt, key: key('agent', 1, attempt), ...input }),
    testScope(),
  );
}

function attemptRef(): CommitSha | undefined {
  return rig.remote.tip(`refs/tallyman/attempts/11112222/T-1.a${attempt}`);
}

describe('an honest agent', () => {
  test('its commit is on a ref of the attempt when its end is told', async () => {
    const end = await turn("edit('sum.js', '2'); say({ commit_sha: commit(), session: 's-1' })");
    expect(end).toMatchObject({
      kind: 'worked',
      notes: 'n',
      usage: { output: 2000, claimed: true },
      session: { id: 's-1', agent: 'script', usedBefore: { output: 2000 } },
    });
    expect(end.kind === 'worked' && end.commit).toBe(attemptRef());
    expect(rig.remote.git('log', '-1', '--format=%an <%ae> %s', attemptRef() ?? '')).toBe(
      'Ada Agent <ada@example.org> fix(T-1): mend\n',
    );
  });

  test('an abbreviated commit is understood', async () => {
    expect(reasonOf(await turn("edit('sum.js', '2'); say({ commit_sha: commit().slice(0, 7) })"))).toBe('worked');
  });

  test('several commits count to the last, whichever is named', async () => {
    const end = await turn("edit('a', '1'); const one = commit(); edit('b', '2'); commit(); say({ commit_sha: one })");
    expect(end.kind === 'worked' && end.commit).toBe(gitIn(rig.clone, 'rev-parse', 'HEAD').trim());
  });

  test('it sees its contract, the prompt on stdin and in the file, and no more of our environment', async () => {
    process.env['TALLYMAN_CRASH'] = 'nothing@1';
    const seen = rig.file('seen.json');
    const ports = { ...rig.ports, variable: (name: string) => (name === 'MY_TOKEN' ? 'secret' : undefined) };
    base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt), attempt });
    const agent = rig.scripted(
      `edit(${JSON.stringify(seen)}, JSON.stringify({ env, cwd: process.cwd(), stdin: readFileSync(0, 'utf8'),
         file: readFileSync(env.TALLYMAN_PROMPT, 'utf8'), branch: git('branch', '--show-current'), remotes: git('remote') })); say()`,
      { env: ['MY_TOKEN', 'NOT_THERE'] },
    );
    await runAgent(ports, rig.agentInput(base, agent, { attempt, key: key('agent', 1, attempt) }), testScope());
    delete process.env['TALLYMAN_CRASH'];
    const told = JSON.parse(readFileSync(seen, 'utf8')) as {
      env: Record<string, string>;
      cwd: string;
      stdin: string;
      file: string;
      branch: string;
      remotes: string;
    };
    expect(told).toMatchObject({ cwd: rig.clone, branch: 'work', remotes: '' });
    expect(told.stdin).toBe(told.file);
    expect(told.file).toContain('## Task Assignment: T-1');
    expect(told.env).toMatchObject({
      TALLYMAN_TASK_ID: 'T-1',
      TALLYMAN_BRANCH: 'work',
      TALLYMAN_BASE: base,
      MY_TOKEN: 'secret',
    });
    expect(
      Object.keys(told.env)
        .filter((name) => name.startsWith('TALLYMAN_'))
        .sort(),
    ).toEqual([
      ...[
        'TALLYMAN_BASE',
        'TALLYMAN_BRANCH',
        'TALLYMAN_PROMPT',
        'TALLYMAN_RESULT',
        'TALLYMAN_STEP',
        'TALLYMAN_TASK_ID',
      ],
    ]);
    const { TALLYMAN_STEP: _marker, ...rest } = told.env;
    expect(JSON.stringify(rest)).not.toMatch(new RegExp(`11112222|\\.a${attempt}\\b`));
  });

  test('the result file wins over what it prints', async () => {
    const end = await turn(
      "edit('sum.js', '2'); const c = commit(); say({ status: 'failed' }); edit(env.TALLYMAN_RESULT, JSON.stringify({ task_id: 'T-1', status: 'success', commit_sha: c }))",
    );
    expect(reasonOf(end)).toBe('worked');
  });

  test('a template of the project is read at the plan branch', async () => {
    const settings = {
      ...rig.agentInput(commitSha('0'.repeat(40)), rig.scripted('')).settings,
      promptTemplate: 'docs/prompt.md',
    };
    await turn('say()', {}, { settings, lastFailure: { reason: 'no-commit', text: '' } });
    const prompt = readFileSync(`${rig.root}/prompt.md`, 'utf8');
    expect(prompt).toMatch(/^ONLY T-1: Mend the sum\n## What Failed Last Time\n/);
  });
});

describe('the ends that are no failures', () => {
  test('nothing changed and nothing claimed is sent back', async () => {
    expect(await turn('say({ notes: "all is well" })')).toMatchObject({ kind: 'no-change', notes: 'all is well' });
    expect(attemptRef()).toBeUndefined();
  });

  test('a claim of the commit it started from claims nothing', async () => {
    expect(reasonOf(await turn("say({ commit_sha: git('rev-parse', 'HEAD') })"))).toBe('no-change');
  });

  test('a usage limit keeps the session, whatever the exit', async () => {
    const end = await turn(
      "console.log(JSON.stringify({ status: 'limited', resets_at: '2026-01-02T09:00:00Z', session: 's-9' })); process.exitCode = 1",
    );
    expect(end).toMatchObject({
      kind: 'limited',
      agent: 'script',
      until: '2026-01-02T09:00:00.000Z',
      session: { id: 's-9' },
    });
  });

  test('a session comes back to the agent that began it', async () => {
    const session = {
      id: 's-9',
      agent: 'script',
      usedBefore: { input: 0, cacheRead: 0, cacheWrite: 0, output: 7, claimed: true },
    };
    const end = await turn('say({ notes: env.TALLYMAN_SESSION })', {}, { session });
    expect(end).toMatchObject({ notes: 's-9', session: { id: 's-9', usedBefore: { output: 2007 } } });
    const other = await turn(
      'say({ notes: String(env.TALLYMAN_SESSION) })',
      { name: 'other' },
      { session, key: key('agent', 2, attempt) },
    );
    expect(other).toMatchObject({ notes: 'undefined' });
    expect(other).not.toHaveProperty('session');
  });

  test('blocked needs no commit', async () => {
    expect(await turn("say({ status: 'blocked', notes: 'no access to the registry' })")).toMatchObject({
      kind: 'blocked',
      notes: 'no access to the registry',
    });
  });

  test('files left uncommitted are committed by Tallyman, without running anything of the clone', async () => {
    const trap = rig.file('trap');
    const end = await turn(
      `edit('new.js', 'x'); git('add', 'new.js'); edit('sum.js', '3'); edit('.gitignore', 'junk\\n'); edit('junk', 'x');
       edit('.git/hooks/pre-commit', '#!/bin/sh\\ntouch ${trap}\\n'); execFileSync('chmod', ['+x', '.git/hooks/pre-commit']);
       git('config', 'core.fsmonitor', 'touch ${trap}'); say()`.replace(
        "edit('.git/hooks",
        "mkdirSync('.git/hooks', { recursive: true }); edit('.git/hooks",
      ),
    );
    expect(end.kind).toBe('worked');
    const show = rig.remote.git('show', '--format=%an %s', '--name-only', attemptRef() ?? '');
    expect(show.trim().split('\n')).toEqual(['Ada Agent fix(T-1): Mend the sum', '', '.gitignore', 'new.js', 'sum.js']);
    expect(existsSync(trap)).toBe(false);
  });
});

describe('a bad agent', () => {
  test.each<[name: string, program: string, reason: string]>([
    ['exits non-zero', "edit('sum.js', '2'); say({ commit_sha: commit() }); process.exitCode = 3", 'agent-exited'],
    ['is killed by a signal', "process.kill(process.pid, 'SIGKILL')", 'agent-exited'],
    ['prints no JSON', "edit('sum.js', '2'); commit(); console.log('All done!')", 'result-missing'],
    ['prints nothing', '', 'result-missing'],
    [
      'prints a torn block',
      'edit(\'sum.js\', \'2\'); commit(); console.log(\'{"task_id":"T-1","status":"success"\')',
      'result-missing',
    ],
    ['invents a status', "say({ status: 'done' })", 'result-invalid'],
    ['leaves a pipe as its result', "execFileSync('mkfifo', [env.TALLYMAN_RESULT]); say()", 'result-invalid'],
    ['leaves a link as its result', "symlinkSync('/etc/passwd', env.TALLYMAN_RESULT); say()", 'result-invalid'],
    [
      'answers for another task',
      "edit('sum.js', '2'); say({ task_id: 'T-2', commit_sha: commit() })",
      'result-of-other-task',
    ],
    ['reports failure', "say({ status: 'failed', notes: 'too hard' })", 'agent-reported-failure'],
    [
      'claims a commit that does not exist',
      "edit('sum.js', '2'); commit(); say({ commit_sha: 'd'.repeat(40) })",
      'commit-missing',
    ],
    [
      'claims a short commit that does not exist',
      "edit('sum.js', '2'); commit(); say({ commit_sha: 'abc123' })",
      'commit-missing',
    ],
    [
      'claims something that is no commit',
      "edit('sum.js', '2'); commit(); say({ commit_sha: '--all' })",
      'commit-missing',
    ],
    [
      'rewrites history',
      "edit('sum.js', '2'); git('checkout', '-q', '--orphan', 'x'); say({ commit_sha: commit() })",
      'commit-not-on-base',
    ],
    ['takes its repository away', "execFileSync('rm', ['-rf', '.git']); say()", 'commit-missing'],
    ['edits the plan', "edit('docs/tasks.md', '| id | done |\\n'); say({ commit_sha: commit() })", 'plan-file-touched'],
    ['edits the plan and leaves it uncommitted', "edit('docs/tasks.md', 'x'); say()", 'plan-file-touched'],
    [
      'edits the plan and puts it back',
      "const was = readFileSync('docs/tasks.md'); edit('docs/tasks.md', 'x'); commit(); edit('docs/tasks.md', was); edit('a', 'b'); say({ commit_sha: commit() })",
      'plan-file-touched',
    ],
    [
      'writes a trailer of ours',
      "edit('sum.js', '2'); say({ commit_sha: commit('fix: x\\n\\nTallyman-Op: 11112222:T-1:a1.g0:done') })",
      'result-invalid',
    ],
  ])('that %s', async (_name, program, reason) => {
    expect(reasonOf(await turn(program))).toBe(reason);
    expect(attemptRef()).toBeUndefined();
  });

  test('that is killed with its exit shows the end of its output, safe to look at', async () => {
    const end = await turn(
      "console.log('first'); console.error('\\u001b[31mno such file\\u001b[0m \\u0007'); process.exitCode = 3",
    );
    expect(end).toMatchObject({ failure: { exitCode: 3, lastLines: ['first', 'no such file \\x07'] } });
  });

  test('that floods its output is ended', async () => {
    const end = await turn(
      "const line = 'x'.repeat(65536); for (;;) process.stdout.write(line) || await new Promise((r) => process.stdout.once('drain', r))",
      {
        outputBytesMax: 1024 * 1024,
      },
    );
    expect(end).toMatchObject({ failure: { reason: 'agent-over-limit', limit: 'output' } });
  });

  test('that prints a burst over the limit and then says it has finished met the limit', async () => {
    const end = await turn("(await import('node:fs')).writeSync(1, 'x\\n'.repeat(100_000)); say()", {
      outputBytesMax: 10_240,
    });
    expect(end).toMatchObject({ failure: { reason: 'agent-over-limit', limit: 'output', max: 10_240 } });
  });

  test('that is silent past its stall limit is ended, with all it started', async () => {
    const end = await turn(
      `spawn('setsid', ['sleep', '9${process.pid}'], { stdio: 'ignore' }); console.log('thinking'); setInterval(() => {}, 1000)`,
      {
        stallMs: 700,
      },
    );
    expect(end).toMatchObject({ failure: { reason: 'agent-stalled', silentMs: 700 } });
    const lines = end.kind === 'failed' && 'lastLines' in end.failure ? end.failure.lastLines : [];
    expect(lines[0]).toBe('thinking');
    expect(lines.at(-1)).toContain('stall limit');
    expect(await processesWith(`sleep\u00009${process.pid}`)).toEqual([]);
  });

  test('that runs over its time limit is ended', async () => {
    const end = await turn("setInterval(() => console.log('still here'), 50)", { timeLimitMs: 800 });
    expect(end).toMatchObject({ failure: { reason: 'agent-over-limit', limit: 'time' } });
  });

  test('that leaves children behind loses them', async () => {
    const end = await turn(
      `spawn('setsid', ['sleep', '8${process.pid}'], { stdio: 'ignore', detached: true }).unref(); say()`,
    );
    expect(end.kind).toBe('no-change');
    expect(await processesWith(`sleep\u00008${process.pid}`)).toEqual([]);
  });

  test('that cannot be started stops no row and spends no attempt', async () => {
    expect(await turn('', { command: ['/no/such/agent'] })).toMatchObject({
      failure: { reason: 'agent-missing', agent: 'script' },
    });
  });
});

describe('a step that is there already', () => {
  test('gives the same end from its record, and is not run again', async () => {
    const count = rig.file('count');
    const program = `appendFileSync(${JSON.stringify(count)}, 'x'); edit('sum.js', '2'); edit('left', 'over'); commit(); edit('more', '1'); say()`;
    const first = await turn(program);
    expect(first.kind).toBe('worked');
    const second = await again("console.log('never run')");
    expect(second).toEqual(first);
    expect(readFileSync(count, 'utf8')).toBe('x');
  });

  test('is adopted when its watcher left, and its prompt stays as it is', async () => {
    base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt), attempt });
    const go = rig.file('go');
    const agent = rig.scripted(
      `console.log('at work'); while (!existsSync(${JSON.stringify(go)})) await new Promise((r) => setTimeout(r, 20)); edit('sum.js', '2'); say({ commit_sha: commit() })`,
    );
    const input = rig.agentInput(base, agent, { attempt, key: key('agent', 1, attempt) });
    const scope = testScope();
    let isAtWork: () => void = () => undefined;
    const atWork = new Promise<void>((resolve) => {
      isAtWork = resolve;
    });
    const first = runAgent(rig.ports, input, {
      ...scope,
      heartbeat: (beat) => {
        if (beat.line === 'at work') isAtWork();
      },
    });
    await atWork;
    scope.end('detach');
    await expect(first).rejects.toThrow('goes on without its watcher');
    writeFileSync(`${rig.root}/prompt.md`, 'untouched');
    const second = runAgent(rig.ports, input, testScope());
    writeFileSync(go, '');
    expect(await second).toMatchObject({ kind: 'worked', commit: attemptRef() });
    expect(readFileSync(`${rig.root}/prompt.md`, 'utf8')).toBe('untouched');
  });

  test('that is cancelled ends as killed', async () => {
    base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt), attempt });
    const scope = testScope();
    const agent = rig.scripted("console.log('at work'); setInterval(() => {}, 1000)");
    const end = runAgent(rig.ports, rig.agentInput(base, agent, { attempt, key: key('agent', 1, attempt) }), {
      ...scope,
      heartbeat: (beat) => {
        if (beat.line === 'at work') scope.end('kill');
      },
    });
    expect(await end).toMatchObject({ kind: 'killed' });
  });
});

describe('a workspace', () => {
  test('that is gone is a lost one', async () => {
    await turn('say()');
    const { ports } = rig;
    const workspace = ports.workspaces.ofTask(rig.prepareInput().plan.id, 'T-1');
    await ports.workspaces.remove(workspace);
    expect(reasonOf(await again('say()', {}, { key: key('agent', 2, attempt) }))).toBe('workspace-lost');
  });
});

test('an agent waits for a slot, heartbeating, and can be told to leave or to die meanwhile', async () => {
  base = await rig.prepare({ fresh: true, key: key('prepare', 1, attempt), attempt });
  const full = {
    ...rig.ports,
    host: {
      ...rig.ports.host,
      slot: (_kind: string, signal: AbortSignal, waiting: () => void) =>
        new Promise<never>((_, reject) => {
          const abort = (): void => {
            reject(new Error('aborted'));
          };
          signal.addEventListener('abort', abort);
          if (signal.aborted) abort();
          else waiting();
        }),
    },
  };
  for (const how of ['kill', 'detach'] as const) {
    const scope = testScope();
    const end = runAgent(
      full,
      rig.agentInput(base, rig.scripted('say()'), { attempt, key: key('agent', 1, attempt) }),
      {
        ...scope,
        heartbeat: (beat) => {
          if (beat.line.startsWith('waits for room')) scope.end(how);
        },
      },
    );
    if (how === 'kill') expect(await end).toEqual({ kind: 'killed' });
    else await expect(end).rejects.toThrow('waits for room');
  }
  expect(await rig.supervisor.find(key('agent', 1, attempt))).toEqual([]);
});
