/**
 * Polls snapshots and shows them until told to stop: frames on a terminal, lines of what changed elsewhere.
 * Never throws for a server that does not answer: it says so and keeps the last picture.
 */
import type { Output } from '../output.ts';
import { changes } from './changes.ts';
import { frame, type FrameHead } from './frame.ts';
import type { Snapshot } from './snapshot.ts';

export interface LiveView {
  /** Shown with the next picture. */
  notice(text: string): void;
  /** A line that stays above the frames. */
  say(text: string): void;
  /** A last look, then nothing more is drawn; the terminal is as before. */
  stop(): Promise<void>;
}

export interface LiveOptions {
  readonly output: Output;
  readonly head: Omit<FrameHead, 'notice'>;
  readonly look: () => Promise<Omit<Snapshot, 'at' | 'silent'>>;
  readonly height: () => number;
}

const lookEveryMs = 1000;

export async function startLiveView(options: LiveOptions): Promise<LiveView> {
  const picture = options.output.isTerminal ? await frames(options) : lines(options);
  let last: Snapshot | undefined;
  let ended = false;
  let wake: () => void = () => undefined;
  const look = async () => {
    last = await take(options, last);
    picture.show(last);
  };
  const loop = (async () => {
    while (!isTrue(ended)) {
      await look();
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, lookEveryMs).unref();
      });
    }
  })();
  return {
    notice: (text) => {
      picture.notice(text);
      if (last !== undefined) picture.show(last);
    },
    say: (text) => {
      picture.clear();
      options.output.say(text);
      if (last !== undefined && !ended) picture.show(last);
    },
    stop: async () => {
      ended = true;
      wake();
      await loop;
      await look();
      picture.done();
    },
  };
}

/** Changed by another turn of the event loop, which the compiler cannot see. */
function isTrue(value: boolean): boolean {
  return value;
}

async function take(options: LiveOptions, last: Snapshot | undefined): Promise<Snapshot> {
  const at = new Date();
  try {
    return { at, ...(await options.look()) };
  } catch (error) {
    // Down or slow: the run goes on without us, and the next look may succeed.
    const silent = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { ...(last ?? { heartbeats: [] }), at, silent };
  }
}

interface Picture {
  show(snapshot: Snapshot): void;
  notice(text: string): void;
  clear(): void;
  done(): void;
}

function lines({ output }: LiveOptions): Picture {
  let before: Snapshot | undefined;
  return {
    show: (snapshot) => {
      for (const line of changes(before, snapshot)) output.print(line);
      before = snapshot;
    },
    notice: (text) => output.say(text),
    clear: () => undefined,
    done: () => undefined,
  };
}

async function frames({ output, head, height }: LiveOptions): Promise<Picture> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stdout, { showCursor: true });
  let notice: string | undefined;
  let lines = 0;
  return {
    show: (snapshot) => {
      const size = { width: output.width(), height: height(), colour: output.colour };
      const next = frame({ ...head, ...(notice === undefined ? {} : { notice }) }, snapshot, size);
      // log-update 7 leaves lines behind when frames of another height share their last lines.
      const count = next.split('\n').length;
      if (count !== lines) update.clear();
      lines = count;
      update(next);
    },
    notice: (text) => (notice = text),
    clear: () => update.clear(),
    done: () => update.done(),
  };
}
