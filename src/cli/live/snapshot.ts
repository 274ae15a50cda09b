/** What the live view and `status` show at one moment: the run's own view, its open phase's, and what the steps say. */
import type { Heartbeat, Progress, RunProgress } from '../../contracts/progress.ts';

export interface Snapshot {
  readonly at: Date;
  readonly run?: RunProgress;
  /** The open phase; missing between phases. */
  readonly phase?: Progress;
  readonly heartbeats: readonly Heartbeat[];
  /** The server did not answer this time: the rest is what was last known. */
  readonly silent?: string;
  /** Something is wrong with the run itself, in words. */
  readonly trouble?: string;
}

/** The line and tokens that the step of a task last said. */
export function lastWords(snapshot: Snapshot, task: string): { readonly line: string; readonly tokens: number } {
  const beat = snapshot.heartbeats.find((heartbeat) => heartbeat.task === task);
  const known = snapshot.phase?.running.find((running) => running.task === task);
  return { line: beat?.line ?? known?.line ?? '', tokens: beat?.tokens ?? known?.tokens ?? 0 };
}

export interface PhaseLine {
  readonly id: string;
  readonly title: string;
  readonly satisfied: number;
  readonly tasks: number;
  readonly open: boolean;
}

/** Phases with the open one's newest counts: the run's own view is as old as the phase's start. */
export function phaseLines({ run, phase }: Snapshot): readonly PhaseLine[] {
  return (run?.phases ?? []).map((outline) => {
    const open = run?.end === undefined && outline.id === (phase?.phase.id ?? run?.open);
    const counts = open ? phase?.counts : undefined;
    // The run's own counts are those of the last opening: of a completed run the last phase's would be missing.
    const known = run?.end === 'completed' ? outline.tasks : outline.satisfied;
    const satisfied = counts === undefined ? known : counts.done + counts.skipped;
    return { id: outline.id, title: outline.title || `Phase ${outline.id}`, satisfied, tasks: outline.tasks, open };
  });
}

/** `45s`, `3m05s`, `2h10m`. */
export function ageText(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}

/** `14:05:09` in local time, for a person who looks at a clock. */
export function clockText(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
