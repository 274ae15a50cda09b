/** What changed between two looks, as plain lines: the live view of pipes and CI logs. */
import type { Progress, RunningTask } from '../../contracts/progress.ts';
import { tokens as tokenAmount } from '../../views/amounts.ts';
import { oneLine, visible } from '../../domain/plain-text.ts';
import { clockText, phaseLines, type Snapshot } from './snapshot.ts';

const stepWords: Readonly<Record<string, string>> = {
  prepare: 'preparing the workspace',
  agent: 'agent at work',
  gates: 'gates running',
  land: 'landing',
};

/** In the order they matter; empty when nothing changed that a person would want to read. */
export function changes(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const lines = [
    ...silence(before, after),
    ...trouble(before, after),
    ...control(before, after),
    ...phases(before, after),
    ...steps(before?.phase, after.phase),
    ...stuck(before?.phase, after.phase),
    ...holds(before?.phase, after.phase),
    ...counts(before, after),
  ];
  return lines.map((line) => `${clockText(after.at)}  ${visible(line)}`);
}

function silence(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  if (after.silent === before?.silent) return [];
  return [
    after.silent === undefined ? 'the Temporal server answers again' : `the Temporal server is silent: ${after.silent}`,
  ];
}

function trouble(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  return after.trouble === undefined || after.trouble === before?.trouble ? [] : [`trouble: ${after.trouble}`];
}

function control(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const now = after.run?.control;
  if (now === undefined || now === (before?.run?.control ?? 'running')) return [];
  return [{ running: 'resumed', paused: 'paused: nothing new starts', stopping: 'stopping' }[now]];
}

function phases(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const open = phaseLines(after).find((phase) => phase.open);
  const was = before === undefined ? undefined : phaseLines(before).find((phase) => phase.open);
  if (open === undefined || open.id === was?.id) return [];
  const { length } = phaseLines(after);
  return [`phase ${open.id} of ${length}: ${open.title}, ${open.satisfied} of ${open.tasks} done`];
}

function steps(before: Progress | undefined, after: Progress | undefined): readonly string[] {
  const name = (running: RunningTask) => `${running.task}.a${running.attempt}`;
  const begun = (after?.running ?? []).flatMap((running) => {
    const was = before?.running.find((other) => name(other) === name(running));
    if (was?.step === running.step) return [];
    const agent = running.step === 'agent' ? ` (${running.agent})` : '';
    const attempt = running.attempt === 1 ? '' : `, attempt ${running.attempt}`;
    return [`${running.task}  ${stepWords[running.step] ?? running.step}${agent}${attempt}`];
  });
  const still = new Set((after?.running ?? []).map((running) => running.task));
  const stuckNow = new Set((after?.stuck ?? []).map(({ task }) => task));
  const gone = (before?.running ?? []).filter(
    ({ task }) => after !== undefined && !still.has(task) && !stuckNow.has(task),
  );
  const word = areDone(gone.length, before, after) ? 'done' : 'runs no more';
  return [...gone.map(({ task }) => `${task}  ${word}`), ...begun];
}

/** Progress tells counts, not ends: that many more are done, or their phase is behind us, which needs them satisfied. */
function areDone(tasks: number, before: Progress | undefined, after: Progress | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return before.phase.id !== after.phase.id || after.counts.done - before.counts.done >= tasks;
}

function stuck(before: Progress | undefined, after: Progress | undefined): readonly string[] {
  const known = new Set((before?.stuck ?? []).map(({ task, why }) => `${task} ${why}`));
  return (after?.stuck ?? [])
    .filter(({ task, why }) => !known.has(`${task} ${why}`))
    .map(({ task, why }) => `${task}  ${oneLine(why)}`);
}

function holds(before: Progress | undefined, after: Progress | undefined): readonly string[] {
  const text = (hold: Progress['holds'][number]) =>
    `${hold.what}: ${oneLine(hold.why)}${hold.until === undefined ? '' : `, until ${clockText(new Date(hold.until))}`}`;
  const known = new Set((before?.holds ?? []).map(text));
  return (after?.holds ?? []).map(text).filter((line) => !known.has(line));
}

function counts(before: Snapshot | undefined, after: Snapshot): readonly string[] {
  const sum = (snapshot: Snapshot | undefined) =>
    snapshot === undefined ? 0 : phaseLines(snapshot).reduce((total, phase) => total + phase.satisfied, 0);
  const tasks = phaseLines(after).reduce((total, phase) => total + phase.tasks, 0);
  if (before?.run === undefined || sum(after) <= sum(before)) return [];
  const { tokens, running = [] } = after.phase ?? {};
  const used = tokens === undefined ? '' : `, ${tokenAmount(tokens.used)} tokens in this phase`;
  return [`${sum(after)} of ${tasks} tasks done, ${running.length} running${used}`];
}
