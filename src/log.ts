/** The structured log: one JSON object a line, so that a person can grep it and a program can read it. Implements `Log` of activities/ports. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

type Fields = Readonly<Record<string, unknown>>;

export interface StructuredLog {
  info(message: string, fields: Fields): void;
  warn(message: string, fields: Fields): void;
  close(): void;
}

/** One line of a log; longer ones lose their end, because a log must not carry an agent's output. */
const lineCharsMax = 16 * 1024;

/** `run`, `task` and `attempt` come first, so that lines of one task line up. Never throws: a full disk must not end a worker. */
export function createLog(to: { readonly file: string } | { readonly write: (line: string) => void }): StructuredLog {
  let file = 'file' in to ? openLog(to.file) : undefined;
  const toFile = (line: string): void => {
    if (file !== undefined) writeSync(file, line);
  };
  const write = 'write' in to ? to.write : toFile;
  const say = (level: 'info' | 'warn', message: string, fields: Fields): void => {
    try {
      write(logLine({ level, message, fields, at: new Date() }));
    } catch {
      // No space left, or nobody reads any more: the work goes on without its log.
    }
  };
  return {
    info: (message, fields) => {
      say('info', message, fields);
    },
    warn: (message, fields) => {
      say('warn', message, fields);
    },
    close: () => {
      if (file === undefined) return;
      closeSync(file);
      // What the SDK's core says late must not go into another file that has got this number.
      file = undefined;
    },
  };
}

export function logLine(entry: {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: Fields;
  readonly at: Date;
}): string {
  const { run, task, attempt, ...rest } = entry.fields;
  const head = { at: entry.at.toISOString(), level: entry.level, message: entry.message, run, task, attempt };
  const line = JSON.stringify({ ...head, ...rest }, errorsAsText);
  return line.length <= lineCharsMax
    ? `${line}\n`
    : `${JSON.stringify({ ...head, message: entry.message.slice(0, 1000), cut: line.length })}\n`;
}

function errorsAsText(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return value.cause instanceof Error ? `${value.message} (${value.cause.message})` : value.message;
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', 0o600);
}
