/** The result block's one schema: where an agent's word enters. Unknown keys are left out; a known key of the wrong kind is refused. Spec 6.4. */
import { z } from 'zod';
import { readAmount } from './amount.ts';
import type { ResultRead } from './port.ts';

/** Longer notes are cut: they end in a cell of the plan. */
const notesMax = 2000;

const shared = {
  used: z.unknown().optional(),
  session: z.string().max(500).nullish(),
};

const work = z.object({
  task_id: z.string({ error: '`task_id` must be the id of the task' }).max(200),
  status: z.enum(['success', 'failed', 'blocked'], { error: '`status` must be success, failed or blocked' }),
  commit_sha: z.string({ error: '`commit_sha` must be a commit or null' }).max(200).nullish(),
  notes: z.string({ error: '`notes` must be text' }).nullish(),
  ...shared,
});

const limited = z.object({
  status: z.literal('limited'),
  resets_at: z.iso.datetime({ offset: true, error: '`resets_at` must be an ISO 8601 time' }).nullish(),
  ...shared,
});

/** A parsed value as a result: valid, limited, or what is wrong. Undefined when it is no object or does not mean to be a result block. */
export function readBlock(value: unknown): ResultRead | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!Object.hasOwn(value, 'status')) return undefined;
  return 'status' in value && value.status === 'limited' ? readLimited(value) : readWork(value);
}

function readLimited(value: object): ResultRead {
  const read = limited.safeParse(value);
  if (!read.success) return { kind: 'invalid', text: problemsOf(read.error) };
  const { resets_at: until, used, session } = read.data;
  return {
    kind: 'limited',
    ...(typeof until === 'string' ? { until: new Date(until).toISOString() } : {}),
    ...extras(used, session),
  };
}

function readWork(value: object): ResultRead | undefined {
  const read = work.safeParse(value);
  if (!read.success) return 'task_id' in value ? { kind: 'invalid', text: problemsOf(read.error) } : undefined;
  const { task_id: taskId, status, commit_sha: commit, notes, used, session } = read.data;
  return {
    kind: 'valid',
    block: {
      taskId: taskId.trim(),
      status,
      notes: (notes ?? '').slice(0, notesMax),
      ...(typeof commit === 'string' && commit.trim() !== '' ? { commit: commit.trim() } : {}),
      ...extras(used, session),
    },
  };
}

function extras(used: unknown, session: string | null | undefined): { used?: number; session?: string } {
  const amount = readAmount(used);
  return {
    ...(amount === undefined ? {} : { used: amount }),
    ...(typeof session === 'string' && session !== '' ? { session } : {}),
  };
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => issue.message).join('; ');
}
