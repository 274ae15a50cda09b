/** One frame of the live view: Snapshot and size -> lines. Pure. Never wider than the terminal, never higher. */
import pc from 'picocolors';
import stringWidth from 'string-width';
import type { RunningTask } from '../../contracts/progress.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { tokens as tokenAmount } from '../../views/amounts.ts';
import { ageText, clockText, lastWords, phaseLines, type Snapshot } from './snapshot.ts';

export interface FrameSize {
  readonly width: number;
  readonly height: number;
  readonly colour: boolean;
}

export interface FrameHead {
  /** Remote, branch, plan, server, agent. */
  readonly title: string;
  readonly ui?: string;
  /** What the person asked of this process: draining, interrupting. */
  readonly notice?: string;
}

export function frame(head: FrameHead, snapshot: Snapshot, size: FrameSize): string {
  const paint = pc.createColors(size.colour);
  const top = [paint.bold(head.title), ...(head.ui === undefined ? [] : [paint.dim(`Web UI  ${head.ui}`)]), ''];
  const notices = [
    ...(snapshot.silent === undefined ? [] : [paint.yellow(`The Temporal server is silent: ${snapshot.silent}`)]),
    ...(snapshot.trouble === undefined ? [] : [paint.yellow(`Trouble: ${snapshot.trouble}`)]),
    ...controlLine(snapshot).map(paint.yellow),
    ...(head.notice === undefined ? [] : [paint.yellow(head.notice)]),
  ];
  const body = [
    ...phaseLines(snapshot).map((phase) => {
      const line = `${phase.open ? '▶' : phase.satisfied === phase.tasks ? '✓' : ' '} ${bar(phase.satisfied, phase.tasks)} ${`${phase.satisfied}/${phase.tasks}`.padStart(7)}  ${phase.title}`;
      return phase.open ? line : paint.dim(line);
    }),
    ...runningLines(snapshot, paint),
    ...nextLines(snapshot),
    ...stuckLines(snapshot).map(paint.red),
    ...tokenLine(snapshot),
  ];
  const lines = [...top, ...body, ...(notices.length > 0 ? ['', ...notices] : [])];
  // The newest words of the person's own request stand last: they are kept when the rest is cut.
  const room = Math.max(3, size.height - 1);
  const cut = lines.length <= room ? lines : [...lines.slice(0, room - notices.length - 1), '…', ...notices];
  return cut
    .slice(0, room)
    .map((line) => clip(line, size.width))
    .join('\n');
}

function controlLine({ run }: Snapshot): readonly string[] {
  if (run?.control === 'paused')
    return ['Paused: what runs is finished, nothing new starts. `tallyman resume` goes on.'];
  return run?.control === 'stopping' ? ['Stopping: agents are interrupted, rows go back to not-started.'] : [];
}

function bar(part: number, whole: number): string {
  const cells = 12;
  const full = whole === 0 ? cells : Math.floor((part / whole) * cells);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)}`;
}

type Paint = ReturnType<typeof pc.createColors>;

function runningLines(snapshot: Snapshot, paint: Paint): readonly string[] {
  const running = snapshot.phase?.running ?? [];
  if (running.length === 0) return [];
  const wide = Math.max(...running.map(({ task }) => task.length));
  return ['', ...running.map((task) => runningLine(task, wide, snapshot, paint))];
}

function runningLine(running: RunningTask, wide: number, snapshot: Snapshot, paint: Paint): string {
  const { line, tokens } = lastWords(snapshot, running.task);
  const who = running.step === 'agent' ? running.agent : running.step;
  const age = ageText(running.since, snapshot.at);
  const used = tokens === 0 ? '' : ` ${tokenAmount(tokens)}`;
  return `  ${running.task.padEnd(wide)} a${running.attempt} ${who.padEnd(8)} ${age.padStart(6)}${used}  ${paint.dim(oneLine(line))}`;
}

function nextLines({ phase }: Snapshot): readonly string[] {
  const next = phase?.next ?? [];
  const holds = (phase?.holds ?? []).map(
    (hold) =>
      `  ${hold.what}: ${oneLine(hold.why)}${hold.until === undefined ? '' : ` (until ${clockText(new Date(hold.until))})`}`,
  );
  return [
    ...(next.length === 0 ? [] : ['', `next   ${next.join(' ')}`]),
    ...(holds.length === 0 ? [] : ['', ...holds]),
  ];
}

function stuckLines({ phase }: Snapshot): readonly string[] {
  const stuck = phase?.stuck ?? [];
  return stuck.length === 0 ? [] : ['', ...stuck.map(({ task, why }) => `  ${task}  ${oneLine(why)}`)];
}

function tokenLine({ phase }: Snapshot): readonly string[] {
  if (phase === undefined) return [];
  const { tokens, unpublished } = phase;
  const waiting =
    unpublished === 0 ? '' : ` · ${unpublished} change${unpublished === 1 ? '' : 's'} on the way to the remote`;
  return ['', `tokens ${tokenAmount(tokens.used)} used, ${tokenAmount(tokens.estimated)} estimated${waiting}`];
}

const escapes = /\u001b\[[0-9;]*m/y;

/** Cuts a line to a width in columns; colour codes take none and are kept. */
export function clip(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  let text = '';
  let used = 0;
  for (let at = 0; at < line.length;) {
    escapes.lastIndex = at;
    const escape = escapes.exec(line)?.[0];
    if (escape !== undefined) {
      text += escape;
      at += escape.length;
      continue;
    }
    const letter = String.fromCodePoint(line.codePointAt(at) ?? 32);
    const wide = stringWidth(letter);
    // Everything after the mark but colour codes is dropped.
    if (used + wide <= width - 1) text += letter;
    else if (!text.includes('…')) text += '…';
    used += wide;
    at += letter.length;
  }
  return text;
}
