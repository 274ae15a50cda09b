/** Progress as Markdown for the details in Temporal's Web UI. Its tables have no padding and raw HTML passes, so every text is escaped and every cell padded. */
import type { Progress } from '../contracts/progress.ts';
import { minute, tokens } from './amounts.ts';
import { escapeMarkdown } from './escape.ts';

/** The content travels in an address of the Web UI: far more than a screen is of no use. */
const runningMax = 50;
const cellMax = 200;

export function progressMarkdown(progress: Progress): string {
  const parts = [
    `**${escapeMarkdown(progress.phase.title)}** — ${progress.control}`,
    countsTable(progress.counts),
    runningTable(progress.running),
    list(
      'Next',
      progress.next.map((id) => escapeMarkdown(id)),
    ),
    list(
      'Held',
      progress.holds.map((hold) => holdLine(hold)),
    ),
    list(
      'Stuck',
      progress.stuck.map(({ task, why }) => `${escapeMarkdown(task)} ${escapeMarkdown(why, 300)}`),
    ),
    `Tokens: ${tokens(progress.tokens.used)} used, ${tokens(progress.tokens.estimated)} estimated. Unpublished: ${progress.unpublished}. Tip: ${progress.tip.slice(0, 12)}.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const columns = ['done', 'skipped', 'in-progress', 'ready', 'waiting', 'failed', 'blocked'] as const;

function countsTable(counts: Progress['counts']): string {
  return table(columns, [columns.map((column) => String(counts[column]))]);
}

function runningTable(running: Progress['running']): string {
  if (running.length === 0) return '';
  const rows = running
    .slice(0, runningMax)
    .map(({ task, attempt, step, agent, since, line }) => [
      task,
      String(attempt),
      step,
      agent,
      minute(since),
      line ?? '',
    ]);
  const more = running.length > runningMax ? `\n\nand ${running.length - runningMax} more` : '';
  return table(['task', 'attempt', 'step', 'agent', 'since', ''], rows) + more;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => `\u00a0${escapeMarkdown(cell, cellMax)}\u00a0`).join('|')}|`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : [`**${title}**`, '', ...items.map((item) => `- ${item}`)].join('\n');
}

function holdLine({ what, why, until }: Progress['holds'][number]): string {
  return `${escapeMarkdown(what)}: ${escapeMarkdown(why, 300)}${until === undefined ? '' : `, until ${minute(until)}`}`;
}
