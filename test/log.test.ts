// Level: unit.
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog, logLine } from '../src/log.ts';

const at = new Date('2025-11-24T12:00:00.000Z');

test('a line is one JSON object with run, task and attempt before the rest', () => {
  const fields = { key: 'k', attempt: 2, task: 'T1', run: '0000000a' };
  expect(logLine({ level: 'info', message: 'step started', fields, at })).toBe(
    '{"at":"2025-11-24T12:00:00.000Z","level":"info","message":"step started","run":"0000000a","task":"T1","attempt":2,"key":"k"}\n',
  );
});

test('errors are words with their cause, never a stack', () => {
  const error = new Error('push failed', { cause: new Error('no route') });
  const line = logLine({ level: 'warn', message: 'm', fields: { error }, at });
  expect(JSON.parse(line)).toMatchObject({ error: 'push failed (no route)' });
});

test('a line too long loses its fields and says so', () => {
  const line = logLine({ level: 'info', message: 'm', fields: { task: 'T1', text: 'x'.repeat(100_000) }, at });
  expect(line.length).toBeLessThan(2000);
  expect(JSON.parse(line)).toMatchObject({ task: 'T1', cut: expect.any(Number) as number });
});

test('a file is made with its folder and appended to; a log that cannot be written stops nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tallyman-log-'));
  const file = join(folder, 'deep', 'worker.log');
  for (const message of ['one', 'two']) {
    const log = createLog({ file });
    log.info(message, {});
    log.close();
  }
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['one', 'two']);
  const full = createLog({
    write: () => {
      throw new Error('ENOSPC');
    },
  });
  full.warn('m', {});
  await rm(folder, { recursive: true, force: true });
});

test('what is said after the end goes nowhere, least of all into a file that has got the number of the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tallyman-log-'));
  const log = createLog({ file: join(folder, 'worker.log') });
  log.close();
  const other = await open(join(folder, 'other'), 'w');
  log.warn('late', {});
  await other.close();
  expect(await readFile(join(folder, 'other'), 'utf8')).toBe('');
  await rm(folder, { recursive: true, force: true });
});
