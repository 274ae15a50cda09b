/** A state directory with a real supervisor, real processes, and a clean-up that ends all of them. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepLimits, StepProgram, Supervisor, WatchedStep } from '../../src/adapters/supervisor/port.ts';
import { createSupervisor } from '../../src/adapters/supervisor/local-supervisor.ts';
import { planId, runId, stepKey, type StepKey } from '../../src/domain/ids.ts';
import { ownFiles } from '../../src/own-files.ts';
import { stepDirectory, type Sandbox, type StepDirectory } from '../../src/processes/step-directory.ts';

export const patient: StepLimits = {
  timeMs: 60_000,
  outputBytesMax: 64 * 1024 * 1024,
  leaseMs: 60_000,
  graceMs: 5_000,
};

const path = process.env['PATH'] ?? '/usr/bin:/bin';

export interface Rig {
  readonly state: string;
  readonly supervisor: Supervisor;
  directoryOf(key: StepKey): StepDirectory;
  end(): Promise<void>;
}

export async function createRig(sandbox?: Sandbox): Promise<Rig> {
  const state = await mkdtemp(join(tmpdir(), 'tallyman-steps-'));
  const supervisor = createSupervisor({
    stateDirectory: state,
    environment: { PATH: path },
    ...(sandbox && { sandbox }),
  });
  return {
    state,
    supervisor,
    directoryOf: (key) => stepDirectory(join(state, 'steps'), key),
    end: async () => {
      const found = await supervisor.find('');
      await Promise.all(found.map(({ key }) => supervisor.end(key, 0)));
      await rm(state, { recursive: true, force: true });
    },
  };
}

export function keyOf(task: string, turn = 1, run = '00000001'): StepKey {
  return stepKey({ plan: planId('0123abcd'), task, run: runId(run), attempt: 1, step: 'agent', turn });
}

/** One of test/support/programs, run by node. */
export function program(name: string, args: readonly string[] = [], limits: Partial<StepLimits> = {}): StepProgram {
  return {
    file: process.execPath,
    args: [join(ownFiles.root, 'test/support/programs', `${name}.mjs`), ...args],
    env: { PATH: path },
    directory: tmpdir(),
    limits: { ...patient, ...limits },
  };
}

export interface Reading {
  text(): string;
  /** Resolves when the text has been printed; rejects when the output ends without it. */
  until(text: string): Promise<void>;
  readonly end: Promise<string>;
}

export function reading(step: WatchedStep): Reading {
  let text = '';
  let isOver = false;
  let changed: () => void = () => undefined;
  const end = (async () => {
    for await (const bytes of step.output) {
      text += Buffer.from(bytes).toString('utf8');
      changed();
    }
    isOver = true;
    changed();
    return text;
  })();
  return {
    text: () => text,
    end,
    until: async (wanted) => {
      while (!text.includes(wanted)) {
        if (isOver) throw new Error(`the output ended without "${wanted}": ${text}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
  };
}

/** Processes whose command line has the text, by pid. */
export async function processesWith(text: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  );
  return lines.filter(({ pid, line }) => pid !== process.pid && line.includes(text)).map(({ pid }) => pid);
}
