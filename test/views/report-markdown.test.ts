// Level: unit.
import { describe, expect, test } from 'vitest';
import { reportMarkdown } from '../../src/views/report-markdown.ts';

const report = {
  plan: 'shop-tasks',
  run: '0123abcd',
  end: 'deadlocked',
  summary: 'T2 waits for T1, which failed.',
  tip: 'a'.repeat(40),
  phases: [
    {
      id: '1',
      title: 'Security',
      tasks: [
        {
          id: 'T1',
          status: 'failed',
          description: 'a',
          agent: 'coder',
          attempts: 3,
          startedAt: '2026-02-05T08:00:00.000Z',
          completedAt: '2026-02-05T08:20:00.000Z',
          estimate: 5000,
          used: 12_300,
          notes: 'gate lint failed | <script>',
        },
        { id: 'T2', status: 'not-started', description: 'b', attempts: 0 },
        { id: 'T3', status: 'done', description: 'c', attempts: 1, used: 1000 },
      ],
    },
  ],
} as const;

describe('the report', () => {
  const text = reportMarkdown(report);

  test('says first how the run ended, then what a person must look at', () => {
    const order = [
      '# Run 0123abcd of shop-tasks: deadlocked',
      '1 of 3 tasks done or skipped, 4 attempts',
      '## Not finished',
      '## Phase 1: Security',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(text).toContain('13.3K tokens used, 5K estimated');
  });

  test('has one row per task with estimate, used and duration', () => {
    expect(text).toMatch(/\| T1 \| failed \| 3 \| coder \| 2026-02-05 08:00 UTC \| 20 min \| 5K \| 12\.3K \|/);
    expect(text.split('\n').filter((line) => line.startsWith('| T'))).toHaveLength(3);
  });

  test('nothing an agent wrote is markup', () => {
    expect(text).not.toContain('<script>');
  });
});
