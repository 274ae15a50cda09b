// Level: unit.
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { changes } from '../../../src/cli/live/changes.ts';
import { clip, frame } from '../../../src/cli/live/frame.ts';
import { ageText, type Snapshot } from '../../../src/cli/live/snapshot.ts';
import type { Progress } from '../../../src/contracts/progress.ts';

const at = new Date('2026-03-01T12:00:00Z');
const zero = {
  'not-started': 0,
  'in-progress': 0,
  done: 0,
  failed: 0,
  blocked: 0,
  skipped: 0,
  ready: 0,
  waiting: 0,
};

function phase(over: Partial<Progress> = {}): Progress {
  return {
    version: 1,
    run: '0123abcd',
    phase: { id: '1', title: 'Critical Security' },
    control: 'running',
    counts: { ...zero, done: 2 },
    running: [],
    next: [],
    holds: [],
    tokens: { estimated: 100_000, used: 4200 },
    stuck: [],
    unpublished: 0,
    tip: '',
    ...over,
  };
}

function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    at,
    run: {
      version: 1,
      run: '0123abcd',
      plan: 'shop-tasks',
      control: 'running',
      phases: [
        { id: '1', title: 'Critical Security', satisfied: 0, tasks: 4 },
        { id: '2', title: 'Tests', satisfied: 0, tasks: 2 },
      ],
      open: '1',
    },
    phase: phase(),
    heartbeats: [],
    ...over,
  };
}

const running = { task: 'MS-SEC-001', attempt: 1, step: 'agent', agent: 'claude', since: '2026-03-01T11:57:00Z' };
const size = { width: 80, height: 40, colour: false };

test('a frame shows each phase, the running agents with their last line, what is next and what is stuck', () => {
  const shown = frame(
    { title: 'shop main docs/tasks.md', ui: 'http://127.0.0.1:8233' },
    snapshot({
      phase: phase({
        running: [running],
        next: ['MS-SEC-002'],
        stuck: [{ task: 'MS-SEC-009', why: 'failed: gate lint' }],
        holds: [{ what: 'claude', why: 'usage limit' }],
      }),
      heartbeats: [{ task: 'MS-SEC-001', attempt: 1, step: 'agent', host: 'h', line: 'Editing auth.ts', tokens: 1500 }],
    }),
    size,
  );
  expect(shown).toContain('Web UI  http://127.0.0.1:8233');
  expect(shown).toMatch(/▶ █{6}░{6}\s+2\/4 {2}Critical Security/);
  expect(shown).toMatch(/MS-SEC-001 a1 claude\s+3m00s 1\.5K {2}Editing auth\.ts/);
  expect(shown).toContain('next   MS-SEC-002');
  expect(shown).toContain('MS-SEC-009  failed: gate lint');
  expect(shown).toContain('claude: usage limit');
  expect(shown).toContain('tokens 4.2K used, 100K estimated');
});

test('a frame is never wider or higher than the terminal, and keeps the notice', () => {
  const many = Array.from({ length: 60 }, (_, n) => ({ ...running, task: `MS-SEC-${n}` }));
  const head = { title: 'x'.repeat(300), notice: 'Finishing what runs' };
  const shown = frame(head, snapshot({ phase: phase({ running: many }) }), { width: 50, height: 20, colour: true });
  const lines = shown.split('\n');
  expect(lines.length).toBeLessThan(20);
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(50);
  expect(shown).toContain('Finishing what runs');
});

test.each([
  ['short', 10, 'short'],
  ['exactly10!', 10, 'exactly10!'],
  ['longer than ten', 10, 'longer th…'],
  ['漢字漢字漢字', 7, '漢字漢…'],
  ['\u001b[31mred and long\u001b[39m', 6, '\u001b[31mred a…\u001b[39m'],
])('%j cut to %d columns is %j', (line, width, expected) => expect(clip(line, width)).toBe(expected));

test('the first look names the open phase, and a look without changes says nothing', () => {
  const first = snapshot();
  expect(changes(undefined, first)).toHaveLength(1);
  expect(changes(undefined, first)[0]).toContain('phase 1 of 2: Critical Security, 2 of 4 done');
  expect(changes(first, { ...first, at: new Date() })).toEqual([]);
});

test('steps, ends, trouble and counts are told once, as they change', () => {
  const before = snapshot({ phase: phase({ running: [running, { ...running, task: 'MS-SEC-002' }] }) });
  const after = snapshot({
    phase: phase({
      counts: { ...zero, done: 3 },
      running: [{ ...running, step: 'gates' }],
      stuck: [{ task: 'MS-SEC-003', why: 'failed after 3 attempts' }],
    }),
  });
  const told = changes(before, after).map((line) => line.slice(10));
  expect(told).toEqual([
    'MS-SEC-002  done',
    'MS-SEC-001  gates running',
    'MS-SEC-003  failed after 3 attempts',
    '3 of 6 tasks done, 1 running, 4.2K tokens in this phase',
  ]);
});

test('a silent server and its return are told', () => {
  const known = snapshot();
  expect(changes(known, { ...known, silent: 'refused' })[0]).toContain('the Temporal server is silent: refused');
  expect(changes({ ...known, silent: 'refused' }, known)[0]).toContain('answers again');
});

test.each([
  ['2026-03-01T11:59:15Z', '45s'],
  ['2026-03-01T11:56:55Z', '3m05s'],
  ['2026-03-01T09:50:00Z', '2h10m'],
  ['2026-03-01T12:00:05Z', '0s'],
])('since %s is %s', (since, text) => expect(ageText(since, at)).toBe(text));
